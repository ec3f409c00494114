/** Where a command's expression comes from. */
export type CommandSource =
	| {
			readonly kind: "string" | "stdin";
			/** A byte string. */
			readonly text: string;
			/** The folder that relative paths start from. */
			readonly basePath: string;
	  }
	/** A path, `<nixpkgs>`, or the URL of an archive, as on a command line; relative to the working directory. */
	| { readonly kind: "file"; readonly path: string }
	/** The same, to be evaluated as a whole, so that errors tell of the file. */
	| { readonly kind: "evaluated-file"; readonly path: string };

/** A value for functions that are met on the way: `--arg`, `--argstr`. */
export type CommandArgument = { readonly name: string } & (
	| { readonly kind: "expression"; readonly text: string; readonly basePath: string }
	| { readonly kind: "string"; readonly text: string }
);

/** Something that can be built, as it crosses threads: whole store paths. */
export type PlainDerivedPath =
	| { readonly kind: "opaque"; readonly path: string }
	| { readonly kind: "built"; readonly drvPath: string; readonly outputs: "all" | readonly string[] };

/** A tree of files that a value stands for (`nix eval --write-to`): texts, and folders of them. */
export type PlainTree = string | { readonly [name: string]: PlainTree };
