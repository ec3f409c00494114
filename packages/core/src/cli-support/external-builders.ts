import { type ExternalBuilder, NixError } from "@tsnix/store";
import * as t from "io-ts";

/** Made where it is used: few have such builders. */
const shape = () =>
	t.array(
		t.intersection([t.type({ systems: t.array(t.string), program: t.string }), t.partial({ args: t.array(t.string) })]),
	);

/** Reads the setting `external-builders`. */
export const externalBuilders = (text: string): ExternalBuilder[] => {
	const fail = (reason: string): never => {
		throw new NixError("EXTERNAL_BUILDERS", `parsing setting 'external-builders': ${reason}`);
	};
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch (error) {
		return fail((error as Error).message);
	}
	const read = shape().decode(json);
	if (read._tag === "Left") return fail("it has to be a list of objects with 'systems', 'program' and 'args'");
	return read.right.map(({ systems, program, args = [] }) => ({ systems, program, args }));
};
