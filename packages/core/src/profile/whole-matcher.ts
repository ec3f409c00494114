import type { ByteString } from "@tsnix/store";
import { compileCommandRegex } from "../cli-support/command-regex";

const lower = (text: ByteString): ByteString => text.replace(/[A-Z]/g, (c) => c.toLowerCase());

/** Whether a regular expression matches the whole of a text; upper and lower case are the same to it. */
export const wholeMatcher = (pattern: ByteString): ((text: ByteString) => boolean) => {
	const regex = compileCommandRegex(lower(pattern));
	return (text) => regex.matchWhole(lower(text)) !== null;
};
