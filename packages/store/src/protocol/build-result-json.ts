import { FormatError } from "../errors";
import type { JsonValue } from "../formats/json";
import {
	asBoolean,
	asObject,
	asString,
	asUnsigned,
	field,
	type JsonObject,
	optionalField,
} from "../formats/json-fields";
import { type Realisation, realisationFromJSON, realisationToJSON } from "../formats/realisation";
import { type BuildResult, isBuildStatus, isSuccess } from "./build-result";

/** The JSON of what came of a build. Print it with `printJson`. Implements the manual's "Build result" format. */
export const buildResultToJSON = (result: BuildResult): JsonObject => {
	const success = isSuccess(result.status);
	const outputs = [...result.builtOutputs].sort(([a], [b]) => (a < b ? -1 : 1));
	return {
		success,
		status: result.status,
		timesBuilt: result.timesBuilt,
		startTime: result.startTime,
		stopTime: result.stopTime,
		...(result.cpuUser === undefined ? {} : { cpuUser: result.cpuUser }),
		...(result.cpuSystem === undefined ? {} : { cpuSystem: result.cpuSystem }),
		...(success
			? { builtOutputs: Object.fromEntries(outputs.map(([name, output]) => [name, realisationToJSON(output)])) }
			: { errorMsg: result.message, isNonDeterministic: result.isNonDeterministic }),
	};
};

/** Read what {@link buildResultToJSON} gives. Throws a {@link FormatError}. */
export const buildResultFromJSON = (json: JsonValue): BuildResult => {
	const object = asObject(json);
	const status = asString(field(object, "status"));
	if (!isBuildStatus(status)) throw new FormatError("BAD_BUILD_STATUS", `unknown build result status '${status}'`);
	const success = asBoolean(field(object, "success"));
	if (success !== isSuccess(status))
		throw new FormatError(
			"BAD_BUILD_STATUS",
			`build result status '${status}' is none of ${success ? "success" : "failure"}`,
		);
	const cpuUser = optionalField(object, "cpuUser");
	const cpuSystem = optionalField(object, "cpuSystem");
	const outputs = new Map<string, Realisation>();
	if (success)
		for (const [name, output] of Object.entries(asObject(field(object, "builtOutputs"))))
			outputs.set(name, realisationFromJSON(output));
	return {
		status,
		message: success ? "" : asString(field(object, "errorMsg")),
		isNonDeterministic: success ? false : asBoolean(field(object, "isNonDeterministic")),
		timesBuilt: asUnsigned(field(object, "timesBuilt")),
		startTime: asUnsigned(field(object, "startTime")),
		stopTime: asUnsigned(field(object, "stopTime")),
		...(cpuUser === undefined || cpuUser === null ? {} : { cpuUser: asUnsigned(cpuUser) }),
		...(cpuSystem === undefined || cpuSystem === null ? {} : { cpuSystem: asUnsigned(cpuSystem) }),
		builtOutputs: outputs,
	};
};
