import { outputsCursor } from "../flake/attr-cursor";
import { callFlake } from "../flake/call";
import { type CheckedOutput, checkOutputs } from "../flake/check";
import { flakeRefToString } from "../flake/ref";
import { type ShowOptions, showJson, showText } from "../flake/show";
import { fromBytes, type JsonValue, toBytes } from "@tsnix/store";
import { errorCodec } from "../worker/errors";
import type { Engine, Request } from "./engine";
import { engineFlakeRef, engineFlakeWorld, lockInEngine } from "./flakes";
import { openEngine } from "./open-engine";
import type { Form } from "./render";
import type { OpenWorld } from "./world";

/** A call's argument that says where. */
type CallArgs = Parameters<Engine["call"]>[1];

/** What an instance asks of its engine, in whatever thread that is; arguments and answers are plain data. */
export const engineOperations = (engine: Engine, open: OpenWorld) => ({
	evaluate: (request: Request) => engine.evaluate(request),
	instantiate: (request: Request) => engine.instantiate(request),
	render: (request: Request, form: Form) => engine.render(request, form),
	open: (request: Request) => engine.open(request),
	release: (handle: number) => engine.release(handle),
	inspect: (handle: number) => engine.inspect(handle),
	select: (handle: number, path: string) => engine.select(handle, path),
	call: (handle: number, args: CallArgs) => engine.call(handle, args),
	toPlain: (handle: number) => engine.toPlain(handle),
	position: (handle: number) => engine.position(handle),
	showFlake: (ref: string, options: Omit<ShowOptions, "warn">) => showFlake(engine, open, ref, options),
	checkFlake: (ref: string, options: PlainCheckOptions) => checkFlake(open, ref, options),
});

export type EngineOperations = ReturnType<typeof engineOperations>;

/** What `nix flake show` tells of a flake: for people, and as data. */
export interface FlakeShow {
	readonly text: string;
	readonly json: JsonValue;
}

const showFlake = (engine: Engine, open: OpenWorld, text: string, options: Omit<ShowOptions, "warn">): FlakeShow => {
	const { st } = engine;
	st.depth = 0;
	const locked = lockInEngine(open, st, engineFlakeRef(open, toBytes(text)), {});
	const cursor = outputsCursor(st, callFlake(st, locked, engineFlakeWorld(open, st)));
	const lines: string[] = [];
	const title = flakeRefToString(locked.flake.lockedRef);
	showText(cursor, { ...options, title, print: (line) => lines.push(line) });
	return { text: fromBytes(lines.join("\n")), json: showJson(cursor, options) };
};

/** How a flake is checked, as it crosses between threads. */
export interface PlainCheckOptions {
	readonly system: string;
	readonly allSystems: boolean;
	readonly keepGoing: boolean;
	/** Nothing is written to the store (`--no-build`). */
	readonly readOnly: boolean;
}

/** What checking a flake's outputs came to, as it crosses between threads. */
export interface PlainCheck {
	readonly checked: readonly CheckedOutput[];
	readonly toBuild: readonly { readonly drvPath: string; readonly attributes: readonly string[] }[];
	readonly omittedSystems: readonly string[];
	readonly warnings: readonly string[];
	/** For the error codec. */
	readonly errors: readonly unknown[];
}

/** Checks a flake's outputs in an evaluator of its own: it may only read, and import from derivation is switched. */
const checkFlake = (open: OpenWorld, text: string, { readOnly, ...options }: PlainCheckOptions): PlainCheck => {
	const { settings } = open.world;
	const keepImportFromDerivation = settings.allowImportFromDerivation !== undefined;
	const world = {
		...open.world,
		settings: {
			...(keepImportFromDerivation ? {} : { allowImportFromDerivation: !readOnly }),
			...settings,
			...(readOnly ? { readOnly } : {}),
		},
	};
	const { st } = openEngine({ ...open, world });
	const locked = lockInEngine(open, st, engineFlakeRef(open, toBytes(text)), {});
	const flake = callFlake(st, locked, engineFlakeWorld(open, st));
	const warnings: string[] = [];
	const result = checkOutputs(st, flake, {
		...options,
		keepImportFromDerivation,
		warn: (message) => void warnings.push(fromBytes(message)),
	});
	return {
		checked: result.checked.map(({ attribute, kind }) => ({ attribute: fromBytes(attribute), kind })),
		toBuild: result.toBuild.map(({ drvPath, attributes }) => ({
			drvPath: drvPath.toString(open.host.store.storeDir),
			attributes: attributes.map(fromBytes),
		})),
		omittedSystems: result.omittedSystems.map(fromBytes),
		warnings,
		errors: result.errors.map((error) => errorCodec.encode(error)),
	};
};
