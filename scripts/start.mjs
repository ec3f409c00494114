/**
 * `npm start`: installs, builds, and shows the main job on examples/hello. `npm start -- ARGS` is `tsnix ARGS`.
 * What is up to date is not done again.
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";
import { root } from "./lib/run.mjs";
import { setup } from "./setup.mjs";

await setup();
await build();

const args = process.argv.slice(2);
const script =
	args.length === 0 ? [join(root, "examples/hello/run.mjs")] : [join(root, "packages/cli/bin/tsnix"), ...args];
// npm runs this in the repository's folder; paths among the arguments are meant from where the user stands.
const cwd = args.length === 0 ? root : (process.env.INIT_CWD ?? process.cwd());

const child = spawn(process.execPath, script, { stdio: "inherit", cwd });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("close", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
