import { parseStorePath, type StorePath } from "@tsnix/store";
import type { Commands, DrvName, PlainElement } from "../../core";
import { compareVersions, drvName } from "../../core";
import type { Session } from "../../session";
import { UsageError } from "../../usage-error";

/** Where packages come from: names in an expression, functions of it, attribute paths, store paths, a profile. */
export type SourceKind = "names" | "functions" | "attributes" | "profile" | "unknown";

/** What the operations of `nix-env` work with. */
export interface EnvContext {
	readonly session: Session;
	readonly commands: Commands;
	/** The options that are the operation's own, in their order. */
	readonly flags: string[];
	readonly args: readonly string[];
	readonly profile: string;
	/** The expression, as a command line names it. */
	readonly file: string;
	readonly systemFilter: string;
	readonly dryRun: boolean;
	readonly prebuiltOnly: boolean;
	/** What the packages shall be called. */
	readonly forceName: string;
	readonly repair: boolean;
	source: SourceKind;
	sourceProfile: string;
}

export type Operation = (context: EnvContext) => Promise<void>;

/** A package, with what is often asked of it. */
export class Package {
	readonly drvName: DrvName;
	/** What is going on, for the traces of failures. */
	doing: string | undefined;

	constructor(
		private readonly context: Pick<EnvContext, "commands" | "session">,
		readonly plain: PlainElement,
	) {
		this.drvName = drvName(plain.name);
	}

	get name(): string {
		return this.plain.name;
	}

	get attrPath(): string {
		return this.plain.attrPath;
	}

	get id(): number {
		return this.plain.id;
	}

	private path(text: string): StorePath {
		return parseStorePath(text, this.context.session.commandStore.storeDir);
	}

	async drvPath(): Promise<StorePath | undefined> {
		const found = await this.context.commands.elementAnswer(this.id, "drvPath", this.doing);
		return found === undefined ? undefined : this.path(String(found));
	}

	async outPath(): Promise<StorePath> {
		return this.path(String(await this.context.commands.elementAnswer(this.id, "outPath", this.doing)));
	}

	async system(): Promise<string> {
		return String(await this.context.commands.elementAnswer(this.id, "system", this.doing));
	}

	async outputName(): Promise<string> {
		return String(await this.context.commands.elementAnswer(this.id, "outputName", this.doing));
	}

	async description(): Promise<string> {
		return String(await this.context.commands.elementAnswer(this.id, "description", this.doing));
	}

	private knownPriority: bigint | undefined;

	async priority(): Promise<bigint> {
		return (this.knownPriority ??= BigInt(
			String(await this.context.commands.elementAnswer(this.id, "priority", this.doing)),
		));
	}

	/** Whether it is to stay as it is. */
	async keep(): Promise<boolean> {
		return (await this.context.commands.elementAnswer(this.id, "keep", this.doing)) === true;
	}

	async metaNames(): Promise<readonly string[]> {
		return (await this.context.commands.elementAnswer(this.id, "metaNames", this.doing)) as readonly string[];
	}

	meta(name: string) {
		return this.context.commands.elementMeta(this.id, name, this.doing);
	}

	metaJson(name: string) {
		return this.context.commands.elementMetaJson(this.id, name, this.doing);
	}

	outputs(withPaths: boolean) {
		return this.context.commands.elementOutputs(this.id, withPaths, this.doing);
	}
}

/** Which of two comes first by what they say of their priority: positive where the first does. */
export const comparePriorities = async (a: Package, b: Package): Promise<number> => {
	const [x, y] = [await a.priority(), await b.priority()];
	return x < y ? 1 : x > y ? -1 : 0;
};

export { compareVersions };

/** Takes options that say where packages come from. */
export const takeSourceOption = (context: EnvContext, flag: string, next: () => string): boolean => {
	if (flag === "--from-expression" || flag === "-E") context.source = "functions";
	else if (flag === "--from-profile") {
		context.source = "profile";
		context.sourceProfile = next();
	} else if (flag === "--attr" || flag === "-A") context.source = "attributes";
	else return false;
	return true;
};

/** Goes over an operation's own options. */
export const eachFlag = (context: EnvContext, take: (flag: string, next: () => string) => boolean): void => {
	const { flags } = context;
	for (let i = 0; i < flags.length; i++) {
		const flag = flags[i];
		const next = (): string => {
			if (++i >= flags.length) throw new UsageError(`'${flag}' requires an argument`);
			return flags[i];
		};
		if (!take(flag, next)) throw new UsageError(`unknown flag '${flag}'`);
	}
};

/** For operations without options of their own. */
export const noFlags = (context: EnvContext): void => eachFlag(context, () => false);
