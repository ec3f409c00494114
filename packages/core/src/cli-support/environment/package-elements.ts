import { type JsonValue, parseJson, parseStorePath, type StorePath } from "@tsnix/store";
import { render } from "../../engine/render";
import {
	adoptError,
	allowPath,
	Attrs,
	AttrsBuilder,
	type Evaluator,
	evalFile,
	findDerivations,
	force,
	type Lazy,
	NixFloat,
	NixPath,
	NixString,
	resolveSymlinks,
	selectAlongPath,
	Thunk,
	withTrace,
} from "../evaluation";
import type { CommandScope } from "../served/command-scope";
import { PackageElement, textOf } from "./package-element";
import { loadSourceExpression } from "./source-expression";
import { userEnvironment } from "./user-environment";

/** An element as it crosses threads; the number stands for it in later calls. */
export interface PlainElement {
	readonly id: number;
	readonly name: string;
	readonly attrPath: string;
}

/** A value of `meta` as queries show it. */
export type PlainMeta =
	| { readonly type: "string" | "int" | "float" | "bool"; readonly value: string }
	| { readonly type: "strings"; readonly strings: readonly { readonly name?: string; readonly value: string }[] };

/** What an element is asked for; whole store paths. */
export interface ElementAnswers {
	readonly system: string;
	readonly drvPath: string | undefined;
	readonly outPath: string;
	readonly outputName: string;
	readonly description: string;
	readonly priority: bigint;
	readonly keep: boolean;
	readonly metaNames: readonly string[];
}

/** The steps of `nix-env` with an evaluation: elements stay here, and callers have numbers for them. */
export class PackageElements {
	private readonly elements: PackageElement[] = [];

	private readonly st: Evaluator;

	constructor(
		private readonly scope: CommandScope,
		/** Says something on the way. */
		private readonly say: (text: string) => void,
	) {
		this.st = scope.st;
	}

	private compile(text: string): Lazy {
		return new Thunk(
			this.scope.compile({ kind: "string", text, basePath: this.scope.workingDirectory }).code,
			undefined,
		);
	}

	private keep(elements: readonly PackageElement[]): PlainElement[] {
		return elements.map((element) => ({
			id: this.elements.push(element) - 1,
			name: element.name,
			attrPath: element.attrPath,
		}));
	}

	private found(value: Lazy, prefix = ""): PackageElement[] {
		const infos = findDerivations(this.st, value, this.scope.args, { ignoreAssertions: true, prefix });
		return infos.map((info) => PackageElement.found(this.st, info));
	}

	private source(file: string): Lazy {
		return loadSourceExpression(this.st, this.scope.lookup(file), this.say);
	}

	/** All packages of an expression, below an attribute path; only those for a system, unless it is `*`. */
	elementsOf(file: string, attrPath: string, system: string): PlainElement[] {
		const { st } = this;
		const { value } = selectAlongPath(st, attrPath, this.scope.args, this.source(file));
		const all = this.found(value, attrPath);
		return this.keep(system === "*" ? all : all.filter((element) => element.system === system));
	}

	/** The packages that attribute paths lead to. */
	elementsAt(file: string, attrPaths: readonly string[]): PlainElement[] {
		const root = this.source(file);
		return attrPaths.flatMap((path) =>
			this.keep(this.found(selectAlongPath(this.st, path, this.scope.args, root).value)),
		);
	}

	/** The packages that functions, written in the language, find in an expression. */
	elementsFrom(file: string, functions: readonly string[]): PlainElement[] {
		const root = this.source(file);
		return functions.flatMap((text) => this.keep(this.found(this.st.apply(force(this.compile(text), 0), root))));
	}

	/** The elements of a profile, by its manifest. `allowed` are store paths that may be read where evaluation is pure. */
	elementsOfProfile(manifest: string, allowed: readonly string[] = []): PlainElement[] {
		const { st } = this;
		for (const path of allowed) allowPath(st, parseStorePath(path, st.host.store.storeDir));
		const value = evalFile(st, resolveSymlinks(st, new NixPath(manifest, st.rootFS)));
		const none = new AttrsBuilder().finish();
		return this.keep(findDerivations(st, value, none).map((info) => PackageElement.found(st, info)));
	}

	/** A store path as an element: the output of a derivation that is known, or what may be anything. */
	elementOfStorePath(path: string, drvPath?: string): PlainElement {
		const { storeDir } = this.st.host.store;
		const storePath = parseStorePath(path, storeDir);
		const drv = drvPath === undefined ? undefined : parseStorePath(drvPath, storeDir);
		return this.keep([PackageElement.stored(this.st, (drv ?? storePath).name, storePath, drv)])[0];
	}

	/** Works something out; `doing` is what a failure's trace says was going on. */
	private while<A>(doing: string | undefined, work: () => A): A {
		try {
			return work();
		} catch (error) {
			throw doing === undefined ? error : withTrace(adoptError(this.st, error), 0, doing);
		}
	}

	/** One thing that an element tells of itself. */
	elementAnswer<Q extends keyof ElementAnswers>(id: number, question: Q, doing?: string): ElementAnswers[Q] {
		const element = this.elements[id];
		const { storeDir } = this.st.host.store;
		const answers: { readonly [K in keyof ElementAnswers]: () => ElementAnswers[K] } = {
			system: () => element.system,
			drvPath: () => element.drvPath?.toString(storeDir),
			outPath: () => element.outPath.toString(storeDir),
			outputName: () => element.outputName,
			description: () => element.metaText("description"),
			priority: () => element.metaInteger("priority", 0n),
			keep: () => element.metaBoolean("keep", false),
			metaNames: () => element.metaNames,
		};
		return this.while(doing, answers[question]);
	}

	/** An element's outputs; their paths where asked for. */
	elementOutputs(id: number, withPaths: boolean, doing?: string): (readonly [name: string, path: string | null])[] {
		const { storeDir } = this.st.host.store;
		const outputs = this.while(doing, () => this.elements[id].outputs(withPaths, false));
		return [...outputs].map(([name, path]) => [name, path?.toString(storeDir) ?? null]);
	}

	/** A value of `meta`; undefined where it is none that environments keep. */
	elementMeta(id: number, name: string, doing?: string): PlainMeta | undefined {
		const value = this.while(doing, () => this.elements[id].meta(name));
		if (value === undefined) return undefined;
		if (typeof value === "string") return { type: "string", value };
		if (value instanceof NixString) return { type: "string", value: value.s };
		if (typeof value === "boolean") return { type: "bool", value: String(value) };
		if (value instanceof NixFloat)
			return { type: "float", value: render(this.st, value, { kind: "plain", strict: false }) };
		if (Array.isArray(value)) {
			const strings = value.flatMap((element) => {
				const text = textOf(element);
				return text === undefined ? [] : [{ value: text }];
			});
			return { type: "strings", strings };
		}
		if (value instanceof Attrs) {
			const { names } = this.st.symbols;
			const strings = value.vals.flatMap((element, i) => {
				const text = textOf(element);
				return text === undefined ? [] : [{ name: names[value.shape.ids[i]], value: text }];
			});
			return { type: "strings", strings };
		}
		return { type: "int", value: String(value) };
	}

	/** The same as JSON. */
	elementMetaJson(id: number, name: string, doing?: string): JsonValue | undefined {
		const value = this.while(doing, () => this.elements[id].meta(name));
		if (value === undefined) return undefined;
		return parseJson(render(this.st, value, { kind: "json", strict: true, copyToStore: true }));
	}

	/** Puts a text into an element's `meta`. */
	setElementMeta(id: number, name: string, value: string): void {
		this.elements[id].setMeta(name, value);
	}

	/** Calls an element something else. */
	setElementName(id: number, name: string): void {
		this.elements[id].name = name;
	}

	/** Writes the derivation of the environment that elements make to the store. */
	userEnvironment(
		ids: readonly number[],
		keepDerivations: boolean,
	): { readonly drvPath: string; readonly outPath: string } {
		const { st } = this;
		const { store } = st.host;
		const ensure = (path: StorePath): void => store.ensurePath?.(path);
		const elements = ids.map((id) => this.elements[id]);
		const { drvPath, outPath } = userEnvironment(st, elements, keepDerivations, ensure);
		return { drvPath: drvPath.toString(store.storeDir), outPath: outPath.toString(store.storeDir) };
	}
}

/** Those that cross threads. */
export const elementMethods = [
	"elementsOf",
	"elementsAt",
	"elementsFrom",
	"elementsOfProfile",
	"elementOfStorePath",
	"elementAnswer",
	"elementOutputs",
	"elementMeta",
	"elementMetaJson",
	"setElementMeta",
	"setElementName",
	"userEnvironment",
] as const satisfies readonly (keyof PackageElements)[];
