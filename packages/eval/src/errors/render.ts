import { fromBytes, NixError, type RenderOptions, shortError, toBytes } from "@tsnix/store";
import { renderSuggestions } from "../text/suggestions";
import { EvalBaseError, type Position, ThrownError, type TraceEntry } from "./errors";
import { showPosition } from "./show-position";
import { filterEscapes } from "./terminal";

const red = "\x1b[31;1m";
const blue = "\x1b[34;1m";
const warning = "\x1b[35;1m";
const normal = "\x1b[0m";

/**
 * An error as the reference prints it: `error:`, the trace from the outermost line inwards, the message, and where it
 * happened, with excerpts of the sources. Without a line end. For anything but a {@link NixError}, its text.
 */
export const renderError = (error: unknown, options: RenderOptions = {}): string =>
	fromBytes(renderErrorBytes(error, options));

/** As {@link renderError}, as a byte string: what to write where file names or strings need not be UTF-8. */
export const renderErrorBytes = (error: unknown, options: RenderOptions = {}): string =>
	options.form === "short"
		? renderShort(error)
		: filterEscapes(layOut(error, options.showTrace === true), options.color === true);

/** One line for programs: the place is the error's own, or the innermost of its trace. */
const renderShort = (error: unknown): string => {
	const code = error instanceof NixError ? error.code : "INTERNAL";
	const evaluated = error instanceof EvalBaseError ? error : undefined;
	const at = evaluated?.positions[0];
	const hints: string[] = [];
	if (evaluated?.suggestions !== undefined) {
		const names = renderSuggestions(evaluated.suggestions, (name) => name);
		if (names !== "") hints.push(`Did you mean ${names}?`);
	}
	if (error instanceof NixError && error.hint !== undefined) hints.push(asBytes(error.hint));
	return shortError({
		code,
		message: messageOf(error),
		place: at === undefined ? undefined : showPosition(at),
		hint: hints.length === 0 ? undefined : hints.join(" "),
	});
};

const layOut = (error: unknown, showTrace: boolean): string => {
	const prefix = `${red}error:${normal} `;
	let body = "";
	if (error instanceof EvalBaseError) {
		const trace = renderTrace(error, showTrace);
		if (trace !== undefined) body = `${trace}\n${prefix}`;
	}
	const message = messageOf(error);
	// The reference does not see the end of a line where it has coloured it, as it colours all but users' own words.
	body += message.endsWith("\n") && !(error instanceof ThrownError) ? `${message}${normal}\n` : `${message}\n`;
	if (error instanceof EvalBaseError) {
		body += renderPosition("", error.position) ?? "";
		const suggestions =
			error.suggestions === undefined
				? ""
				: renderSuggestions(error.suggestions, (name) => `${warning}${name}${normal}`);
		if (suggestions !== "") body += `Did you mean ${suggestions}?\n`;
	} else if (error instanceof NixError && error.hint !== undefined) body += `${asBytes(error.hint)}\n`;
	return indent(prefix, "       ", trimEnd(body));
};

/** A warning and where it is, as it stands behind `warning: `: a byte string, without colours. */
export const renderWarningBytes = (message: string, at: Position | undefined): string => {
	const body = `${message}\n${renderPosition("", at) ?? ""}`;
	return filterEscapes(indent("", " ".repeat("warning: ".length), trimEnd(body)));
};

/** What `builtins.warn` says, as it stands behind `evaluation warning: `: a byte string, without colours. */
export const renderEvaluationWarningBytes = (message: string): string => {
	const text = trimEnd(message);
	return text === "" ? "" : indent("", " ".repeat("evaluation warning: ".length), text);
};

const messageOf = (error: unknown): string => asBytes(error instanceof Error ? error.message : String(error));

/** Messages are byte strings, but those of other libraries may be text. */
const asBytes = (message: string): string => (/[^\x00-\xff]/.test(message) ? toBytes(message) : message);

/** Without white space at its end. (A regular expression would look at every space as if it were near the end.) */
const trimEnd = (text: string): string => {
	let end = text.length;
	for (; end > 0; end--) {
		const c = text.charCodeAt(end - 1);
		if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) break;
	}
	return end === text.length ? text : text.slice(0, end);
};

/** The first line with one prefix, the others with another; no line ends in spaces. */
const indent = (first: string, rest: string, text: string): string =>
	text
		.split("\n")
		.map((line, i) => trimEnd((i === 0 ? first : rest) + line))
		.join("\n");

/** Lines without positions count once towards the limit, those with positions twice. */
const traceLimit = 3;
/** So many repetitions in a row are still shown. */
const repetitionLimit = 5;

const renderTrace = (error: EvalBaseError, showTrace: boolean): string | undefined => {
	const { trace, table } = error;
	if (trace.length === 0) return undefined;
	let out = "";
	let count = 0;
	let truncated = false;
	const seen = new Set<string>();
	let repeated: TraceEntry[] = [];
	const show = (entry: TraceEntry): void => {
		out += `\n\xe2\x80\xa6 ${asBytes(entry.message)}\n`;
		const at = renderPosition("  ", table?.resolve(entry.pos));
		if (at === undefined) return;
		out += at;
		count++;
	};
	const showRepeated = (): void => {
		if (repeated.length > repetitionLimit)
			out += `\n${warning}(${repeated.length} duplicate frames omitted)${normal}\n`;
		else for (const entry of repeated) show(entry);
		repeated = [];
	};
	for (let i = trace.length - 1; i >= 0; i--) {
		const entry = trace[i];
		if (entry.message === "") continue;
		if (!showTrace && count > traceLimit) truncated = true;
		if (truncated && entry.always !== true) continue;
		const place = entry.placeless === true ? "" : showPosition(table?.resolve(entry.pos));
		const key = `${place} ${entry.message}`;
		if (seen.has(key)) {
			repeated.push(entry);
			continue;
		}
		seen.add(key);
		showRepeated();
		count++;
		show(entry);
	}
	showRepeated();
	if (truncated)
		out += `\n${warning}(stack trace truncated; use '--show-trace' to show the full, detailed trace)${normal}\n`;
	return out;
};

/** Where something is, with the lines around it; undefined where it is nowhere. */
const renderPosition = (margin: string, at: Position | undefined): string | undefined => {
	if (at === undefined) return undefined;
	return `${margin}${blue}at ${warning}${showPosition(at)}${normal}:${excerpt(at)}\n`;
};

/** The line of a position between those around it, with a mark below it; each after a line end. */
export const excerpt = (at: Position): string => {
	const source = at.source();
	if (source === "") return "";
	const lines = source.split(/\r\n|\r|\n/);
	const row = (line: number): string => {
		const text = lines[line - 1];
		return text === undefined ? "" : `\n ${String(line).padStart(5)}| ${text}`;
	};
	const here = row(at.line);
	const before = at.line > 1 ? row(at.line - 1) : "";
	if (here === "") return before;
	return `${before}${here}\n      |${" ".repeat(at.column)}${red}^${normal}${row(at.line + 1)}`;
};
