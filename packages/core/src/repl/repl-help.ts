/** What `:?` says, in our own words. */
const commands: readonly (readonly [usage: string, ...about: string[]])[] = [
	["<expr>", "Print the value of an expression, its first level"],
	["<x> = <expr>", "Give a value a name (also: inherit, several definitions)"],
	[":a, :add <expr>", "Take the attributes of a set into scope"],
	[":b <expr>", "Build a derivation"],
	[":bl <expr>", "Build a derivation, with links to its outputs", "(repl-result-…) in the working directory"],
	[":e, :edit <expr>", "Open where a package or function is defined in $EDITOR"],
	[":i <expr>", "Build a derivation and install it in the user's profile"],
	[":l, :load <path>", "Evaluate a file and take its attributes into scope"],
	[":lf, :load-flake <ref>", "Take what a flake provides into scope"],
	[":ll, :last-loaded", "List the names that came into scope last"],
	[":p, :print <expr>", "Print a value whole; strings as they are"],
	[":q, :quit", "Leave"],
	[":r, :reload", "Load all files and flakes again"],
	[":sh <expr>", "Build what a derivation needs, then start nix-shell"],
	[":t <expr>", "Print the type of a value"],
	[":u <expr>", "Build a derivation, then start a nix-shell that has it"],
	[":doc <expr>", "Show the documentation of a function"],
	[":log <expr>", "Show the log of a derivation's build"],
	[":te, :trace-enable [bool]", "Show whole traces of errors, or no longer"],
	[":?, :help", "Show this list"],
];

const debugCommands: typeof commands = [
	[":env", "Show the variables around the current place"],
	[":bt, :backtrace", "Show the stack of evaluations"],
	[":st", "Show the current place of the stack"],
	[":st <idx>", "Go to another place of the stack"],
	[":c, :continue", "Go on until the next error or builtins.break"],
	[":s, :step", "Go on for one step"],
];

const table = (rows: typeof commands, width: number): string =>
	rows
		.flatMap(([usage, first, ...more]) => [
			`  ${usage.padEnd(width)}${first}`,
			...more.map((line) => `  ${" ".repeat(width)}${line}`),
		])
		.map((line) => `${line}\n`)
		.join("");

/** The text of `:?`; the debugger has commands of its own. */
export const replHelp = (debugger_: boolean): string =>
	`These commands are available:\n\n${table(commands, 27)}${debugger_ ? `\nOf the debugger:\n\n${table(debugCommands, 27)}` : ""}`;
