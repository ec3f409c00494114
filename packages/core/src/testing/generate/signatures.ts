import { fn, type Type } from "./types";

/** A builtin's name, what it takes, and what it gives. */
export interface Signature {
	readonly name: string;
	readonly takes: readonly Type[];
	readonly gives: Type;
}

const arrow = (text: string): Type => {
	const parts = text.split("->");
	return parts.reduceRight(
		(to, from, i): Type => (i === parts.length - 1 ? to : fn(from as Type, to)),
		parts[parts.length - 1] as Type,
	);
};

/** `name: A B (a->b) = C`, one a line. */
const parse = (table: string): Signature[] =>
	table
		.trim()
		.split("\n")
		.map((line) => {
			const [, name, takes, gives] = /^\s*(\S+):(.*)=\s*(\S+)\s*$/.exec(line) as RegExpExecArray;
			const args = takes
				.trim()
				.split(/\s+/)
				.map((arg) => arrow(arg.replace(/[()]/g, "")));
			return { name, takes: args, gives: arrow(gives) };
		});

/** The builtins whose results depend on their arguments alone, as generated programs call them. */
export const signatures: readonly Signature[] = parse(`
	add: number number = number
	sub: number number = number
	mul: number number = number
	div: number number = number
	add: int int = int
	mul: float float = float
	bitAnd: int int = int
	bitOr: int int = int
	bitXor: int int = int
	lessThan: number number = bool
	lessThan: string string = bool
	lessThan: list list = bool
	ceil: number = int
	floor: number = int
	typeOf: any = string
	isAttrs: any = bool
	isBool: any = bool
	isFloat: any = bool
	isFunction: any = bool
	isInt: any = bool
	isList: any = bool
	isNull: any = bool
	isPath: any = bool
	isString: any = bool
	all: (any->bool) list = bool
	any: (any->bool) list = bool
	attrNames: set = strings
	attrValues: set = list
	baseNameOf: string = string
	baseNameOf: path = string
	dirOf: path = path
	dirOf: string = string
	catAttrs: string sets = list
	compareVersions: string string = int
	concatLists: list = list
	concatMap: (any->list) list = list
	concatStringsSep: string strings = string
	deepSeq: any any = any
	seq: any any = any
	elem: any list = bool
	elemAt: list int = any
	elemAt: strings int = string
	filter: (any->bool) list = list
	filter: (string->bool) strings = strings
	foldl': (any->any->any) any list = any
	foldl': (int->int->int) int ints = int
	foldl': (string->string->string) string strings = string
	fromJSON: string = any
	fromTOML: string = set
	functionArgs: (set->any) = set
	genList: (int->any) int = list
	genList: (int->int) int = ints
	genericClosure: set = list
	getAttr: string set = any
	groupBy: (any->string) list = set
	hasAttr: string set = bool
	hasContext: string = bool
	getContext: string = set
	hashString: string string = string
	head: list = any
	intersectAttrs: set set = set
	length: list = int
	listToAttrs: sets = set
	map: (any->any) list = list
	map: (int->int) ints = ints
	map: (string->string) strings = strings
	map: (any->set) list = sets
	mapAttrs: (string->any->any) set = set
	match: string string = any
	split: string string = list
	parseDrvName: string = set
	partition: (any->bool) list = set
	placeholder: string = string
	removeAttrs: set strings = set
	replaceStrings: strings strings string = string
	sort: (any->any->bool) list = list
	sort: (int->int->bool) ints = ints
	splitVersion: string = strings
	stringLength: string = int
	substring: int int string = string
	tail: list = list
	throw: string = any
	abort: string = any
	toJSON: plain = string
	toXML: any = string
	toString: any = string
	toPath: string = path
	toFile: string string = string
	trace: any any = any
	warn: string any = any
	addErrorContext: string any = any
	tryEval: any = set
	unsafeDiscardStringContext: string = string
	unsafeDiscardOutputDependency: string = string
	addDrvOutputDependencies: string = string
	appendContext: string set = string
	unsafeGetAttrPos: string set = any
	zipAttrsWith: (string->list->any) sets = set
	convertHash: set = string
	outputOf: string string = string
	derivation: set = derivation
	derivationStrict: set = set
	functionArgs: any = set
	isFunction: any = bool
	pathExists: path = bool
	readFile: path = string
	readDir: path = set
	readFileType: path = string
	hashFile: string path = string
	import: path = any
	scopedImport: set path = any
	path: set = string
	filterSource: (string->string->bool) path = string
	findFile: list string = path
	storePath: string = string
	getEnv: string = string
`);

/** Names that are there without `builtins.`. */
export const globalNames = new Set([
	"abort",
	"baseNameOf",
	"break",
	"derivation",
	"derivationStrict",
	"dirOf",
	"import",
	"map",
	"placeholder",
	"removeAttrs",
	"scopedImport",
	"throw",
	"toString",
]);
