import { NixError } from "@tsnix/store";
import type { Operation, OperationContext } from "../programs/nix-store";
import { UsageError } from "../usage-error";
import { add, addFixed, printFixedPath } from "./add";
import { dump, restore } from "./archives";
import { deletePaths, gc } from "./garbage";
import { query } from "./query";
import { realise } from "./realise";
import { serve } from "./serve";
import { printEnv, readLog } from "./show";
import {
	dumpDb,
	exportOperation,
	generateKey,
	importOperation,
	loadDb,
	optimiseOperation,
	registerValidity,
} from "./transfer";
import { checkValidity, repairPaths, verify, verifyPath } from "./validity";

const noFlags =
	(operation: Operation): Operation =>
	(context) => {
		if (context.flags.length > 0) throw new UsageError("unknown flag");
		return operation(context);
	};

const init = ({ args }: OperationContext): void => {
	if (args.length > 0) throw new UsageError("no arguments expected");
};

const all: Readonly<Record<string, Operation>> = {
	realise,
	query,
	add: noFlags(add),
	"add-fixed": addFixed,
	"print-fixed-path": printFixedPath,
	"print-env": noFlags(printEnv),
	"read-log": noFlags(readLog),
	"check-validity": checkValidity,
	"verify-path": verifyPath,
	verify,
	"repair-path": repairPaths,
	gc,
	delete: deletePaths,
	export: exportOperation,
	import: importOperation,
	"dump-db": dumpDb,
	"load-db": loadDb,
	"register-validity": registerValidity,
	optimise: optimiseOperation,
	"generate-binary-cache-key": generateKey,
	dump: noFlags(dump),
	restore: noFlags(restore),
	init: noFlags(init),
	serve,
};

/** An operation of `nix-store`, by its name without dashes. */
export const operations = (name: string): Operation => {
	if (Object.hasOwn(all, name)) return all[name];
	throw new NixError("NOT_IMPLEMENTED", `'nix-store --${name}' is not implemented yet`);
};
