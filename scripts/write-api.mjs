/**
 * Writes docs/api/, the reference of what the packages export, from their declarations and comments. `--check`: only says
 * whether it is current.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { root } from "./lib/run.mjs";

/** The entries that programs import, and the file that each is made of. */
const entries = [
	["@tsnix/core", "core/src/index.ts"],
	["@tsnix/core/node", "core/src/node.ts"],
	["@tsnix/core/fp", "core/src/fp.ts"],
	["@tsnix/store", "store/src/index.ts"],
	["@tsnix/store/node", "store/src/node.ts"],
	["@tsnix/eval", "eval/src/index.ts"],
	["@tsnix/fetchers", "fetchers/src/index.ts"],
	["@tsnix/fetchers/node", "fetchers/src/node.ts"],
	["@tsnix/fetchers/isomorphic-git", "fetchers/src/isomorphic-git.ts"],
].filter(([, file]) => existsSync(join(root, "packages", file)));

const config = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config;
const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
const program = ts.createProgram(
	entries.map(([, file]) => join(root, "packages", file)),
	{ ...options, noEmit: true },
);
const checker = program.getTypeChecker();
const printer = ts.createPrinter({ removeComments: true });

const target = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);

/** The text of a comment; what it links to is only named. */
const comment = (symbol) => {
	const text = ts.displayPartsToString(symbol.getDocumentationComment(checker)).replace(/\{@link ([^}]*)\}/g, "`$1`");
	const examples = symbol
		.getJsDocTags(checker)
		.filter(({ name }) => name === "example")
		.map(({ text: parts }) => ts.displayPartsToString(parts).trim());
	// Two columns of spaces are how examples stand behind the asterisks.
	const code = examples.map((example) => `\`\`\`ts\n${example.replace(/^ {4}/gm, "")}\n\`\`\``);
	return [text.trim(), ...code].filter((part) => part !== "").join("\n\n");
};

const print = (node) => printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile()).replace(/^ {4}/gm, "\t");

/** How a function is called: without its body, whichever way it is written. */
const functionText = (name, declaration) => {
	const types = declaration.typeParameters === undefined ? "" : `<${declaration.typeParameters.map(print).join(", ")}>`;
	const parameters = declaration.parameters.map((parameter) => parameterText(parameter)).join(", ");
	const signature = checker.getSignatureFromDeclaration(declaration);
	const result =
		declaration.type === undefined
			? checker.typeToString(checker.getReturnTypeOfSignature(signature), declaration, ts.TypeFormatFlags.NoTruncation)
			: print(declaration.type);
	return `${name}${types}(${parameters}): ${result}`;
};

/** Parameters that are taken apart are named for what they are: options. */
const parameterText = (parameter) => {
	const name = ts.isIdentifier(parameter.name) ? parameter.name.text : "options";
	const rest = parameter.dotDotDotToken === undefined ? "" : "...";
	const optional = parameter.questionToken !== undefined || parameter.initializer !== undefined ? "?" : "";
	const type =
		parameter.type === undefined ? checker.typeToString(checker.getTypeAtLocation(parameter)) : print(parameter.type);
	return `${rest}${name}${optional}: ${type}`;
};

const isHidden = (member) =>
	(ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0 ||
	(member.name !== undefined && ts.isPrivateIdentifier(member.name));

const memberText = (member) => {
	const name = member.name?.getText() ?? "new";
	const isStatic = (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static) !== 0 ? "static " : "";
	if (ts.isConstructorDeclaration(member))
		return functionText("new", { ...member, type: undefined }).replace(/: [^:]*$/, "");
	if (ts.isMethodDeclaration(member) || ts.isMethodSignature(member)) {
		const optional = member.questionToken === undefined ? "" : "?";
		return isStatic + functionText(name + optional, member);
	}
	const type = checker.typeToString(checker.getTypeAtLocation(member), member, ts.TypeFormatFlags.NoTruncation);
	const optional = member.questionToken === undefined ? "" : "?";
	return `${isStatic}${name}${optional}: ${member.type === undefined ? type : print(member.type)}`;
};

const members = (declaration) =>
	declaration.members.filter((member) => !isHidden(member) && !ts.isSetAccessor(member) && member.name !== undefined);

const oneLine = (text) => text.replace(/\s+/g, " ");

const memberList = (declaration) =>
	members(declaration).map((member) => {
		const symbol = checker.getSymbolAtLocation(member.name);
		const doc = symbol === undefined ? "" : oneLine(ts.displayPartsToString(symbol.getDocumentationComment(checker)));
		const said = doc.replace(/\{@link ([^}]*)\}/g, "`$1`");
		return `- \`${oneLine(memberText(member))}\`${said === "" ? "" : `: ${said}`}`;
	});

const code = (text) => `\`\`\`ts\n${text}\n\`\`\``;

/** What is told of an export below its name. */
const body = (name, declaration) => {
	if (ts.isClassDeclaration(declaration)) {
		const heritage = (declaration.heritageClauses ?? []).map((clause) => print(clause).trim()).join(" ");
		return [code(`class ${name}${heritage === "" ? "" : ` ${heritage}`}`), memberList(declaration).join("\n")];
	}
	if (ts.isInterfaceDeclaration(declaration)) {
		const heritage = (declaration.heritageClauses ?? []).map((clause) => print(clause).trim()).join(" ");
		const types =
			declaration.typeParameters === undefined ? "" : `<${declaration.typeParameters.map(print).join(", ")}>`;
		return [
			code(`interface ${name}${types}${heritage === "" ? "" : ` ${heritage}`}`),
			memberList(declaration).join("\n"),
		];
	}
	if (ts.isFunctionDeclaration(declaration)) return [code(functionText(name, declaration))];
	if (ts.isVariableDeclaration(declaration)) {
		const { initializer } = declaration;
		if (initializer !== undefined && ts.isArrowFunction(initializer) && declaration.type === undefined)
			return [code(functionText(name, initializer))];
		const type = declaration.type === undefined ? undefined : print(declaration.type);
		const inferred = checker.typeToString(checker.getTypeAtLocation(declaration), declaration);
		return [code(`const ${name}: ${type ?? inferred}`)];
	}
	return [code(print(declaration).replace(/^export (declare )?/, ""))];
};

const order = (a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1);

/** The exports of an entry, by the folder (or file) that they come from. */
const page = (entry, file) => {
	const source = program.getSourceFile(join(root, "packages", file));
	const groups = new Map();
	const elsewhere = [];
	for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(source))) {
		const real = target(symbol);
		const declaration = real.declarations?.[0];
		if (declaration === undefined) continue;
		const from = relative(join(root, "packages", dirname(file)), declaration.getSourceFile().fileName);
		if (from.startsWith("..")) {
			elsewhere.push(symbol.name);
			continue;
		}
		const group = from.includes("/") ? from.slice(0, from.lastIndexOf("/")) : "";
		const entries = groups.get(group) ?? [];
		entries.push({ name: symbol.name, symbol: real, declaration });
		groups.set(group, entries);
	}
	const sections = [...groups]
		.sort(([a], [b]) => order(a, b))
		.map(([group, list]) => {
			const items = list
				.sort((a, b) => order(a.name, b.name))
				.map(({ name, symbol, declaration }) => {
					const documented = ts.isVariableDeclaration(declaration) ? (symbol ?? declaration.symbol) : symbol;
					const [declared, ...rest] = body(name, declaration);
					const parts = [`### ${name}`, declared, comment(documented), ...rest];
					return parts.filter((part) => part !== "").join("\n\n");
				});
			return [`## ${group === "" ? "The package itself" : group}`, ...items].join("\n\n");
		});
	const others =
		elsewhere.length === 0
			? []
			: [
					`From the packages below: ${elsewhere
						.sort(order)
						.map((name) => `\`${name}\``)
						.join(", ")}.`,
				];
	return `${[`# ${entry}`, "Written by `npm run docs:api` from the code.", ...others, ...sections].join("\n\n")}\n`;
};

const folder = join(root, "docs/api");
const pages = new Map(
	entries.map(([entry, file]) => [`${entry.replace("@tsnix/", "").replaceAll("/", "-")}.md`, page(entry, file)]),
);

if (process.argv.includes("--check")) {
	const old = [...pages].filter(
		([name, text]) => !existsSync(join(folder, name)) || readFileSync(join(folder, name), "utf8") !== text,
	);
	for (const [name] of old) console.error(`docs/api/${name} is not current: npm run docs:api`);
	process.exit(old.length === 0 ? 0 : 1);
}
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) if (!pages.has(name)) rmSync(join(folder, name));
for (const [name, text] of pages) writeFileSync(join(folder, name), text);
console.log(`${pages.size} pages`);
