/**
 * Loaded before the command (`node --require`): kills the process at its N-th change of the outside world, before or
 * after it is made, or, told no number, writes to a file how many there were. Changes of all threads count as one row.
 *
 * TSNIX_KILL_AT is N, negative for after the change; TSNIX_KILL_COUNT the file.
 */
const fs = require("node:fs");
const { appendFileSync } = fs;
const modules = require("node:module");
const { threadId } = require("node:worker_threads");

const at = Number(process.env.TSNIX_KILL_AT ?? 0);
const report = process.env.TSNIX_KILL_COUNT;
let count = 0;

/** Nothing runs after it, handlers neither: as when the machine's memory is short. */
const die = () => process.kill(process.pid, "SIGKILL");

const counted = (owner, name) => {
	const original = owner[name];
	if (typeof original !== "function") return;
	owner[name] = function (...args) {
		const now = ++count;
		if (now === at) die();
		const result = Reflect.apply(original, this, args);
		if (now === -at) die();
		return result;
	};
};

const changes =
	"writeSync writeFileSync mkdirSync symlinkSync linkSync renameSync rmSync rmdirSync unlinkSync chmodSync fchmodSync utimesSync futimesSync lutimesSync ftruncateSync openSync closeSync";
for (const name of changes.split(" ")) counted(fs, name);

/** What a statement of the database does counts, too. */
const countDatabase = (sqlite) => {
	counted(sqlite.DatabaseSync.prototype, "exec");
	const statement = sqlite.StatementSync?.prototype;
	if (statement !== undefined) counted(statement, "run");
};
if (modules.isBuiltin("node:sqlite")) {
	const { emitWarning } = process;
	process.emitWarning = () => {};
	countDatabase(require("node:sqlite"));
	process.emitWarning = emitWarning;
} else {
	const load = modules._load;
	let seen = false;
	modules._load = function (id, ...rest) {
		const loaded = Reflect.apply(load, this, [id, ...rest]);
		if (!seen && id === "@photostructure/sqlite") {
			seen = true;
			countDatabase(loaded);
		}
		return loaded;
	};
}

if (report !== undefined && threadId === 0) process.on("exit", () => appendFileSync(report, `${count}\n`));
