import { fsAccessor, fromHostName, hostPath, type NamedFs } from "../../accessors/fs";
import { type ByteString, fromBytes, stringToBytes } from "../../byte-string";
import { NixError, TracedError } from "../../errors";
import type { StorePath } from "../../formats/store-path";
import type { WritableSyncFs } from "../../fs";
import { type Builder, type BuildJob, type BuildProducts, quotePath } from "../builder";
import { builderEnvironment, builderHome, environmentText, isSandboxed } from "../environment";
import { BuilderExitError, InterruptedError, SandboxUnavailableError } from "../errors";
import { rewriteString } from "../rewriting";
import { type BuildCgroups, type BuildUser, type BuildUsers, usersOfRange } from "./build-users";
import { canonicaliseTree } from "../../stores/local/write-tree";
import { canonicaliseBuild, checkOwners, makeDeletable } from "./host-tree";
import type { Command, ProcessHost } from "./process-host";
import { prepareSandbox, type SandboxPath } from "./prepare-sandbox";
import type { Sandbox, SandboxSpecification } from "./sandbox";

export interface ProcessBuilderOptions {
	readonly fs: WritableSyncFs & NamedFs;
	readonly host: ProcessHost;
	/** `/nix/store`. */
	readonly storeDir: string;
	/** Where the store's files lie on the host. Where that is not `storeDir`, builds need a sandbox. */
	readonly realStoreDir: string;
	/** Where temporary folders are made, one for each build. */
	readonly buildDir: string;
	/** `true`: every build; `false`: none; `relaxed`: all but fixed outputs and those that ask for it (`__noChroot`). */
	readonly sandbox: boolean | "relaxed";
	/** How a sandbox is made here; undefined where none can be had. */
	readonly sandboxing?: Sandbox;
	/** Beside the inputs: the setting `sandbox-paths`. */
	readonly sandboxPaths?: readonly SandboxPath[];
	/** Devices of the host beside the usual ones, `/dev/kvm`; what the host does not have is left out. */
	readonly devices?: readonly string[];
	/** `/build` unless told. */
	readonly sandboxBuildDir?: string;
	/** A file of certificates, for builds that see the network. */
	readonly caFile?: string;
	/** Where paths have to lie that derivations may ask for themselves (`__impureHostDeps`); nowhere unless told. */
	readonly allowedImpureHostDeps?: readonly string[];
	/** The users that builders run as; as who builds unless told. */
	readonly users?: BuildUsers;
	/** Cgroups for builders in sandboxes: made for a user, or for a build that has none; gives what ends it. */
	readonly cgroups?: BuildCgroups;
	/** Names more paths that the sandbox of a derivation has; its root is the second argument. */
	readonly preBuildHook?: (drvPath: string, root: string) => readonly SandboxPath[];
}

/**
 * Builds derivations by running their builders as processes of the host, as the reference does on a local store: in a
 * fresh temporary folder, with a clean environment, in a sandbox where asked. Takes all derivations but `builtin:`
 * ones.
 */
export const processBuilder = (options: ProcessBuilderOptions): Builder => ({
	accepts: (drv) => !drv.builder.startsWith("builtin:"),
	startsItself: true,
	hidesValidOutputs: (job) => usesSandbox(options, job),
	check: (drvPath, job) => {
		if (usesSandbox(options, job)) checkForSandbox(options, drvPath, job);
	},
	build: async (job) => {
		const sandboxed = usesSandbox(options, job);
		if (!sandboxed && wantsRange(job))
			throw new NixError("NO_UID_RANGE", "feature 'uid-range' is only supported in sandboxed builds");
		return asBuildUser(options, job, sandboxed, (user) =>
			sandboxed ? buildInSandbox(options, job, user) : buildOnHost(options, job, undefined, user),
		);
	},
});

const wantsRange = ({ options }: Pick<BuildJob, "options">): boolean => options.requiredSystemFeatures.has("uid-range");

/** Builds as a user that nobody else builds as, where builders have users of their own: until its products are disposed of. */
const asBuildUser = async (
	options: ProcessBuilderOptions,
	job: BuildJob,
	sandboxed: boolean,
	build: (user: BuildUser | undefined) => Promise<BuildProducts>,
): Promise<BuildProducts> => {
	const { users, host } = options;
	if (users === undefined) return build(undefined);
	const request = { count: wantsRange(job) ? usersOfRange : 1, sandboxed };
	let user = users.acquire(request);
	if (user === undefined)
		job.tell(`waiting for a free build user ID for '${job.drvPath.toString(options.storeDir)}'...`);
	while (user === undefined) {
		await host.sleep(0.2);
		if (job.signal.aborted) throw new InterruptedError();
		user = users.acquire(request);
	}
	const { release } = user;
	try {
		users.killAll(user);
		const made = await build(user);
		return {
			...made,
			dispose: (failed) => {
				made.dispose(failed);
				release();
			},
		};
	} catch (error) {
		release();
		throw error;
	}
};

const usesSandbox = (options: ProcessBuilderOptions, job: Pick<BuildJob, "derivation" | "options">): boolean => {
	if (options.storeDir !== options.realStoreDir) return true;
	if (options.sandbox === "relaxed") return isSandboxed(job.derivation) && !job.options.noChroot;
	return options.sandbox;
};

/** The build's own folder, with the files that belong there. */
const makeBuildFolder = (
	options: ProcessBuilderOptions,
	place: string,
	files: ReadonlyMap<ByteString, ByteString>,
): void => {
	for (const [name, contents] of files)
		options.fs.writeFileSync(hostPath(options.fs, `${place}/${name}`), stringToBytes(contents), {
			mode: 0o666,
			flag: "wx",
		});
};

const makeTemporaryFolder = (options: ProcessBuilderOptions): string => {
	options.fs.mkdirSync(options.buildDir, { recursive: true });
	if (options.users !== undefined) checkNotWritableByAll(options, options.buildDir);
	const place = `${options.buildDir}/nix-${options.host.uniqueName()}`;
	options.fs.mkdirSync(place, { mode: 0o700 });
	return place;
};

/** Builders that are other users must not find what others could have put there. */
const checkNotWritableByAll = ({ fs }: ProcessBuilderOptions, place: string): void => {
	for (let path = place; ; path = path.slice(0, path.lastIndexOf("/")) || "/") {
		if ((fs.lstatSync(path).mode & 0o002) !== 0)
			throw new NixError(
				"BAD_BUILD_DIR",
				`Path ${quotePath(path)} is world-writable or a symlink. That's not allowed for security.`,
			);
		if (path === "/") return;
	}
};

/** Hands the build's folder and what is in it over to its builder. */
const giveFolder = (
	{ users }: ProcessBuilderOptions,
	user: BuildUser | undefined,
	folder: string,
	names: Iterable<string>,
): void => {
	if (user === undefined) return;
	for (const name of names) users?.give(`${folder}/${name}`, user);
	users?.give(folder, user);
};

const environmentOf = (options: ProcessBuilderOptions, job: BuildJob, buildDirectory: string) =>
	builderEnvironment(job.derivation, job.options, job.desugared, job.rewrites, {
		storeDir: options.storeDir,
		buildDirectory,
		cores: job.cores,
		impureEnvironment: job.impureEnvironment,
	});

const commandOf = (job: BuildJob, env: ReadonlyMap<ByteString, ByteString>, cwd: string) => {
	const program = fromBytes(job.derivation.builder);
	const { builder } = job.derivation;
	const args = job.derivation.args.map((arg) => rewriteString(arg, job.rewrites));
	return {
		program,
		argv0: program.slice(program.lastIndexOf("/") + 1),
		args: args.map(fromBytes),
		env: environmentText(env),
		cwd,
		bytes: {
			program: builder,
			argv: [builder.slice(builder.lastIndexOf("/") + 1), ...args],
			env: [...env].map(([name, value]) => `${name}=${value}`),
		},
	};
};

const remove = (options: ProcessBuilderOptions, place: string): void => {
	makeDeletable(options.fs, place);
	options.fs.rmSync(hostPath(options.fs, place), { recursive: true, force: true });
};

/**
 * Removes a build's folder, or leaves it for whoever asked to see what failed builds leave. The last of the folders,
 * each in the one before, is the one that the builder ran in.
 */
const removeBuildFolder = (
	options: ProcessBuilderOptions,
	job: BuildJob,
	folders: readonly [string, ...string[]],
	failed: boolean,
): void => {
	if (!failed || !job.keepFailed) return remove(options, folders[0]);
	const { fs } = options;
	job.tell(`note: keeping build directory ${quotePath(folders[folders.length - 1])}`);
	for (const place of folders) if (fs.existsSync(place)) fs.chmodSync(place, 0o755);
};

/** How a build without a sandbox is run: what is run, and the name that the build's folder has for the builder. */
export interface HostRun {
	/** The folder as the builder sees it, where that is not where it is: it is then `build` in the temporary one. */
	readonly buildDirectory?: string;
	/** What to run in the build's folder; `top` is the temporary one. */
	readonly command: (env: ReadonlyMap<ByteString, ByteString>, folder: string, top: string) => Command;
	/** What to make of the output. */
	readonly onOutput?: (chunk: Uint8Array) => void;
}

/** Runs a builder; one that calls Nix itself finds a daemon in its folder, and in its environment where that is. */
const served = async <T>(
	job: BuildJob,
	folder: string,
	buildDirectory: string,
	env: ReadonlyMap<ByteString, ByteString>,
	run: (env: ReadonlyMap<ByteString, ByteString>) => Promise<T>,
): Promise<T> => {
	if (job.serve === undefined) return run(env);
	const stop = await job.serve(`${folder}/.nix-socket`);
	try {
		return await run(new Map([...env, ["NIX_REMOTE", `unix://${buildDirectory}/.nix-socket`]]));
	} finally {
		await stop();
	}
};

/** Builds by running something of the host, whose outputs are where the store has them. */
export const buildOnHost = async (
	options: ProcessBuilderOptions,
	job: BuildJob,
	run: HostRun = { command: (env, folder) => commandOf(job, env, folder) },
	user?: BuildUser,
): Promise<BuildProducts> => {
	const { fs, host } = options;
	if (fs.existsSync(builderHome))
		throw new NixError(
			"HOME_EXISTS",
			`home directory ${quotePath(builderHome)} exists; please remove it to assure purity of builds without sandboxing`,
		);
	const top = makeTemporaryFolder(options);
	const folder = run.buildDirectory === undefined ? top : `${top}/build`;
	const placeOf = (name: string): ByteString =>
		`${options.realStoreDir}/${job.scratchOutputs.get(name)?.baseName ?? name}`;
	// What the builder made is moved away from where the store will put its own copy: to a path with the output's hash
	// part, so that collectors leave it alone as long as the output is a temporary root, and take it afterwards.
	const unique = host.uniqueName();
	const made = (name: string): ByteString =>
		`${options.realStoreDir}/${(job.scratchOutputs.get(name) as StorePath).hashPart}-${unique}.made`;
	const dispose = (failed: boolean): void => {
		for (const name of job.scratchOutputs.keys()) remove(options, made(name));
		removeBuildFolder(options, job, folder === top ? [top] : [top, folder], failed);
	};
	try {
		if (folder !== top) fs.mkdirSync(folder, { mode: 0o700 });
		const { env, files } = environmentOf(options, job, run.buildDirectory ?? folder);
		makeBuildFolder(options, folder, files);
		giveFolder(options, user, folder, files.keys());
		for (const name of job.scratchOutputs.keys()) if (!isValid(job, name)) remove(options, placeOf(name));
		job.started();
		const exit = await served(job, folder, run.buildDirectory ?? folder, env, async (whole) => {
			if (user !== undefined && job.serve !== undefined) options.users?.give(`${folder}/.nix-socket`, user);
			const command = { ...run.command(whole, folder, top), ...(user === undefined ? {} : { user }) };
			const ended = await host.run(command, run.onOutput ?? job.log, job.signal);
			if (user !== undefined) options.users?.killAll(user);
			return ended;
		});
		if (exit.code !== 0) throw new BuilderExitError(exit);
		return products(
			options,
			folder,
			placeOf,
			dispose,
			(name) => {
				const place = made(name);
				fs.renameSync(hostPath(fs, placeOf(name)), hostPath(fs, place));
				return place;
			},
			user,
		);
	} catch (error) {
		dispose(true);
		throw error;
	}
};

const isValid = (job: BuildJob, name: string): boolean => {
	const path = job.scratchOutputs.get(name);
	return path !== undefined && job.store.isValidPath(path);
};

/** What a derivation asks for that no sandbox here has. */
const checkForSandbox = (
	options: ProcessBuilderOptions,
	drvPath: StorePath,
	{ options: asked }: Pick<BuildJob, "options">,
): void => {
	const text = drvPath.toString(options.storeDir);
	if (options.sandbox === true && asked.noChroot)
		throw new NixError(
			"NO_CHROOT",
			`derivation '${text}' has '__noChroot' set, but that's not allowed when 'sandbox' is 'true'`,
		);
	if (asked.requiredSystemFeatures.has("uid-range") && options.users?.hasRanges !== true)
		throw new NixError("NO_UID_RANGE", "feature 'uid-range' requires the setting 'auto-allocate-uids' to be enabled");
	if (options.storeDir.startsWith(options.sandboxBuildDir ?? "/build"))
		throw new NixError("BAD_BUILD_DIR", "`sandbox-build-dir` must not contain the storeDir");
	const allowed = options.allowedImpureHostDeps ?? [];
	for (const path of asked.impureHostDeps)
		if (!allowed.some((prefix) => path === prefix || path.startsWith(`${prefix.replace(/\/+$/, "")}/`)))
			throw new NixError(
				"IMPURE_HOST_PATH",
				`derivation '${text}' requested impure path '${path}', but it was not in allowed-impure-host-deps`,
			);
};

const buildInSandbox = async (
	options: ProcessBuilderOptions,
	job: BuildJob,
	user: BuildUser | undefined,
): Promise<BuildProducts> => {
	const { fs, host, sandboxing, sandboxBuildDir = "/build" } = options;
	if (sandboxing === undefined)
		throw new SandboxUnavailableError(
			options.storeDir === options.realStoreDir
				? "this system does not support the kernel namespaces that are required for sandboxing; use '--no-sandbox' to disable sandboxing"
				: "building using a diverted store is not supported on this platform",
		);
	if ((user !== undefined || options.cgroups !== undefined) && sandboxing.changesUsers !== true)
		throw new SandboxUnavailableError(
			"builders cannot be other users in this sandbox; install the package 'koffi', or set 'build-users-group' to nothing",
		);
	const cgroup = options.cgroups?.open(user);
	const folder = makeTemporaryFolder(options);
	const chroot = `${options.realStoreDir}/${job.drvPath.baseName}.chroot`;
	const root = `${chroot}/root`;
	const placeOf = (name: string): ByteString =>
		`${root}${options.storeDir}/${job.scratchOutputs.get(name)?.baseName ?? name}`;
	const top = `${folder}/build`;
	let promised: ReadonlySet<string> | undefined;
	const dispose = (failed: boolean): void => {
		// Those that are only refused for what they refer to are kept, and others where they are at the same place for people.
		if (failed && (promised !== undefined || options.storeDir === options.realStoreDir))
			keepOutputs(options, job, placeOf, promised);
		remove(options, chroot);
		removeBuildFolder(options, job, [folder, top], failed);
	};
	try {
		remove(options, chroot);
		fs.mkdirSync(top, { mode: 0o700 });
		const { env, files } = environmentOf(options, job, sandboxBuildDir);
		makeBuildFolder(options, top, files);
		giveFolder(options, user, top, files.keys());
		const exit = await served(job, top, sandboxBuildDir, env, async (whole) => {
			if (user !== undefined && job.serve !== undefined) options.users?.give(`${top}/.nix-socket`, user);
			const command = commandOf(job, whole, sandboxBuildDir);
			const specification = prepareSandbox(options, job, root, top, folder, command, {
				...(user === undefined ? {} : { buildUser: user }),
				...(cgroup === undefined ? {} : { cgroup: cgroup.place }),
			});
			job.started();
			if (sandboxing.executes !== true) requireProgram(options, job, specification);
			const ended = await host.run(sandboxing.command(specification), job.log, job.signal);
			cgroup?.end();
			if (user !== undefined) options.users?.killAll(user);
			const failure = sandboxing.failure?.(specification);
			if (failure === undefined) return ended;
			const error = new NixError("SANDBOX_FAILED", failure);
			throw new TracedError(error, ["while setting up the build environment"]);
		});
		if (exit.code !== 0) throw new BuilderExitError(exit);
		const made = products(options, top, placeOf, dispose, placeOf, user);
		return { ...made, keep: (names) => void (promised = new Set(names)) };
	} catch (error) {
		dispose(true);
		throw error;
	}
};

/**
 * What a failed build has made of its outputs is left in the store, invalid, for somebody to look at; collectors take it,
 * and so does the next build.
 */
const keepOutputs = (
	options: ProcessBuilderOptions,
	job: BuildJob,
	placeOf: (name: string) => ByteString,
	promised: ReadonlySet<string> | undefined,
): void => {
	const { fs, realStoreDir } = options;
	for (const [name, path] of job.scratchOutputs) {
		const { kind } = job.derivation.outputs.get(name) ?? { kind: "impure" };
		if ((kind !== "inputAddressed" && kind !== "fixed") || job.store.isValidPath(path)) continue;
		if (promised?.has(name) === false) continue;
		if (lstat(fs, placeOf(name)) === undefined) continue;
		const place = `${realStoreDir}/${path.baseName}`;
		remove(options, place);
		fs.renameSync(hostPath(fs, placeOf(name)), hostPath(fs, place));
		if (promised !== undefined) canonicaliseTree(fs, place);
	}
};

/** A builder that is not in the sandbox fails as it does outside, not in the words of whatever makes the sandbox. */
const requireProgram = (
	{ fs }: ProcessBuilderOptions,
	job: BuildJob,
	{ mounts, command }: SandboxSpecification,
): void => {
	const { program } = command;
	const mount = mounts.find(({ target }) => program === target || program.startsWith(`${target}/`));
	let reason = "No such file or directory";
	if (mount !== undefined)
		try {
			fs.statSync(`${mount.source}${program.slice(mount.target.length)}`);
			return;
		} catch (error) {
			if ((error as { code?: unknown }).code === "ENOTDIR") reason = "Not a directory";
			// A link to somewhere else in the store is there for the builder, though it may not be for the host.
			else if (mount.kind === "directory") return;
		}
	const shown = (text: string): string => `\x1b[35;1m${text}\x1b[0m`;
	job.log(stringToBytes(`\x1b[31;1merror:\x1b[0m executing '${shown(job.derivation.builder)}': ${shown(reason)}`));
	throw new BuilderExitError({ code: 1 });
};

/** Outputs at their places on the host, made fit to be read. `settle` moves one where it can stay. */
const products = (
	options: ProcessBuilderOptions,
	folder: ByteString,
	placeOf: (name: string) => ByteString,
	dispose: (failed: boolean) => void,
	settle: (name: string) => ByteString,
	user: BuildUser | undefined,
): BuildProducts => {
	const { fs } = options;
	const settled = new Map<string, ByteString>();
	return {
		output(name) {
			const found = placeOf(name);
			const stat = lstat(fs, found);
			if (stat === undefined) return undefined;
			const suspicious =
				(!stat.isSymbolicLink() && (stat.mode & 0o022) !== 0) || (user !== undefined && stat.uid !== user.userId);
			if (!suspicious) {
				if (user !== undefined) checkOwners(fs, found, user.userId, user.count);
				canonicaliseBuild(fs, found);
			}
			const place = suspicious ? found : settle(name);
			settled.set(name, place);
			return { accessor: fsAccessor(fs, place), path: "/", suspicious };
		},
		placeOf,
		folder,
		moveOutput(name, place) {
			const from = settled.get(name);
			if (from === undefined) return;
			remove(options, place);
			fs.renameSync(hostPath(fs, from), hostPath(fs, place));
		},
		dispose,
	};
};

const lstat = (fs: WritableSyncFs & NamedFs, path: ByteString) => {
	const slash = path.lastIndexOf("/");
	const folder = hostPath(fs, path.slice(0, slash));
	const names = fs.existsSync(folder) ? fs.readdirSync(folder).map((name) => fromHostName(fs, name)) : [];
	return names.includes(path.slice(slash + 1)) ? fs.lstatSync(hostPath(fs, path)) : undefined;
};
