import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { nativeSandbox, type SandboxSettings } from "./node-native-sandbox";
import { bubblewrap, namespaces, type Sandbox } from "./builders/sandbox";

/**
 * The best sandbox that this machine has: one as the reference makes it, bubblewrap, or util-linux's programs; undefined where neither works (other
 * systems than Linux, no user namespaces). `path` is where programs are looked for, as in `PATH`.
 */
export const findNodeSandbox = (path: string, settings: SandboxSettings = {}): Sandbox | undefined => {
	if (process.platform !== "linux") return undefined;
	const unshare = find(path, "unshare");
	const native = unshare === undefined ? undefined : nativeSandbox(unshare, settings);
	if (native !== undefined && unshare !== undefined && works(unshare, [...namespaceOptions, "--mount-proc", "true"]))
		return native;
	const bwrap = find(path, "bwrap");
	if (bwrap !== undefined && works(bwrap, [...trial, "true"])) {
		const help = execFileSync(bwrap, ["--help"], { encoding: "utf8" });
		return bubblewrap({ program: bwrap, argv0: help.includes("--argv0") });
	}
	const [sh, mount, env] = ["sh", "mount", "env"].map((name) => find(path, name));
	if (sh === undefined || unshare === undefined || mount === undefined || env === undefined) return undefined;
	return works(unshare, ["--user", "--map-user=1000", "--mount", "--pid", "--fork", sh, "-c", ":"])
		? namespaces({ sh, unshare, mount, env })
		: undefined;
};

/** Some systems have namespaces, but none with processes of their own. */
const trial = ["--unshare-user", "--uid", "1000", "--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc"];

const namespaceOptions = ["--map-user=1000", "--map-group=100", "--keep-caps", "--mount", "--pid", "--kill-child"];

const find = (path: string, name: string): string | undefined =>
	path
		.split(":")
		.map((folder) => `${folder}/${name}`)
		.find((place) => {
			try {
				accessSync(place, constants.X_OK);
				return place.startsWith("/");
			} catch {
				return false;
			}
		});

const works = (program: string, args: readonly string[]): boolean => {
	try {
		execFileSync(program, args, { stdio: "ignore" });
		return true;
	} catch {
		return false;
	}
};
