import {
	activity,
	autoCollector,
	type BuildMode,
	fromBytes,
	type MissingPaths,
	type NixError,
	type Plan,
	planRealisation,
	type RealiseOptions,
	type RealiseResult,
	type RealiseTarget,
	type RemoteBuilding,
	realise,
	type ServeBuilder,
} from "@tsnix/store";
import { nodeSpaceWatch } from "@tsnix/store/node";
import {
	buildChecks,
	buildOptions,
	type CheckToBuild,
	type CommandStore,
	externalBuilders,
	type RemoteBuilds,
	requireOutputs,
} from "../core";
import { copyClosures, sourcesOf } from "../eval-store";
import { level } from "../output/log";
import { missingLines } from "../output/print-missing";
import type { Session } from "../session";
import { configText } from "../settings/config-text";
import type { Settings } from "../settings/settings";
import { transferSettings } from "../settings/transfers";
import { autoCollectPlace, collectElsewhere } from "./auto-gc";
import { buildUsersOf } from "./build-users";
import { BuildEvents } from "./build-events";
import { remoteBuilding } from "./remote-machines";
import { validInCache } from "./valid-in-cache";

/** Making outputs exist: here, or by the daemon that serves the store. */
export class SessionBuilds {
	private readonly events: BuildEvents;
	private spaces: (() => Promise<void>) | undefined;

	constructor(private readonly session: Session) {
		this.events = new BuildEvents(session);
	}

	/** What realisations here work with. */
	realiseOptions(
		settings: Settings = this.session.settings,
		store: CommandStore = this.session.commandStore,
	): RealiseOptions {
		const impureEnv = settings.enabled("configurable-impure-env")
			? (settings.get("impure-env") as Readonly<Record<string, string>>)
			: {};
		const systemFeatures = store.systemFeatures ?? [
			...settings.strings("system-features"),
			...(settings.enabled("recursive-nix") && !settings.isOverridden("system-features") ? ["recursive-nix"] : []),
		];
		const options = buildOptions(store, {
			system: this.session.system,
			extraPlatforms: settings.strings("extra-platforms"),
			systemFeatures,
			...(systemFeatures.includes("kvm") ? { devices: ["/dev/kvm"] } : {}),
			caFile: settings.text("ssl-cert-file"),
			allowedImpureHostDeps: settings.strings("allowed-impure-host-deps"),
			preBuildHook: settings.text("pre-build-hook"),
			sandbox: settings.get("sandbox") as boolean | "relaxed",
			sandboxPaths: settings.get("sandbox-paths") as Readonly<Record<string, string>>,
			sandboxBuildDir: settings.text("sandbox-build-dir"),
			sandboxing: {
				filterSyscalls: settings.boolean("filter-syscalls"),
				allowNewPrivileges: settings.boolean("allow-new-privileges"),
				shmSize: settings.text("sandbox-dev-shm-size"),
				impersonateLinux26: settings.boolean("impersonate-linux-26"),
			},
			buildDir: settings.text("build-dir") || undefined,
			...this.buildUsers(settings),
			cores: settings.number("cores"),
			maxJobs: settings.get("max-jobs") as number | "auto",
			keepGoing: settings.boolean("keep-going"),
			keepFailed: settings.boolean("keep-failed"),
			fallback: settings.boolean("fallback"),
			keepBuildLog: settings.boolean("keep-build-log"),
			compressBuildLog: settings.boolean("compress-build-log"),
			logLines: settings.number("log-lines"),
			maxLogSize: settings.number("max-build-log-size"),
			timeout: settings.number("timeout"),
			maxSilentTime: settings.number("max-silent-time"),
			hashedMirrors: settings.strings("hashed-mirrors"),
			features: settings.strings("experimental-features"),
			env: this.session.env,
			transfers: transferSettings(this.session),
			showsLogs: this.session.log.showsLogs,
			externalBuilders: externalBuilders(settings.text("external-builders")),
			environment: this.environment(),
			...this.postBuildHook(),
			...(settings.boolean("run-diff-hook") && settings.text("diff-hook") !== ""
				? { diffHook: settings.text("diff-hook") }
				: {}),
		});
		return {
			...options,
			store: store === this.session.commandStore ? this.session.store : store.open(),
			impureEnvironment: (name) => impureEnv[name] ?? this.session.env(name),
			isTrusted: (info, substituter) => this.session.substitution.isTrusted(info, substituter),
			alwaysAllowSubstitutes: settings.boolean("always-allow-substitutes"),
			maxSubstitutionJobs: settings.number("max-substitution-jobs"),
			secretKeys: this.session.substitution.secretKeys(),
			...this.ensureSpace(store),
			...(settings.enabled("recursive-nix") ? { serveBuilder: this.serveBuilder(store) } : {}),
			signal: this.session.shell.signal,
			onEvent: (event) => this.events.tell(event),
		};
	}

	/** Who builders run as, where this process may choose that, and whether they are kept together by cgroups. */
	private buildUsers(settings: Settings) {
		const users = buildUsersOf(settings, (feature) => this.session.requireFeature(feature));
		return {
			...(users === undefined ? {} : { buildUsers: users }),
			cgroups: {
				always: settings.boolean("use-cgroups"),
				require: () => this.session.requireFeature("cgroups"),
				warn: (message: string) => this.session.log.warn(message),
			},
		};
	}

	/** Collects garbage where space runs out: in a process of its own, as this one uses the store meanwhile. */
	private ensureSpace(store: CommandStore) {
		const { realStoreDir } = store;
		if (realStoreDir === undefined || store.builds !== undefined) return {};
		const place = autoCollectPlace(this.session, this.session.stores.ownStoreReference, realStoreDir);
		if (place === undefined) return {};
		this.spaces ??= autoCollector(
			nodeSpaceWatch(place, (message) => this.session.log.info(message)),
			(maxFreed) => collectElsewhere(place, maxFreed),
		);
		return { ensureSpace: this.spaces };
	}

	/** The machines that build for this one. */
	remote(settings: Settings = this.session.settings): { readonly remote?: RemoteBuilding } {
		const remote = remoteBuilding(this.session, settings, (own, store) => this.realiseOptions(own, store));
		return remote === undefined ? {} : { remote };
	}

	/** Serves builders that call Nix; what that takes is loaded when one does. */
	private serveBuilder(store: CommandStore): ServeBuilder {
		return async (access, socket) =>
			(await import("../daemon/serve-builder")).serveBuilder(this.session, store)(access, socket);
	}

	/** The environment of this process, as others are given it. */
	private environment(): Record<string, string> {
		const { env } = this.session.shell;
		return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fromBytes(value)]));
	}

	private postBuildHook() {
		const program = this.session.settings.text("post-build-hook");
		if (program === "") return {};
		const env = { ...this.environment(), NIX_CONFIG: configText(this.session.settings) };
		return { postBuildHook: { program, env, cwd: this.session.shell.workingDirectory } };
	}

	/** Makes outputs exist. */
	async realise(
		targets: readonly RealiseTarget[],
		how: Pick<RealiseOptions, "mode" | "failureReport"> = {},
	): Promise<RealiseResult> {
		const { builds } = this.session.commandStore;
		if (builds !== undefined) return this.realiseElsewhere(builds, targets, how.mode ?? "normal");
		const valid = await validInCache(this.session, targets);
		if (valid !== undefined) return valid;
		requireOutputs(this.session.store, targets);
		await this.bringSources(targets);
		try {
			const substituters = await this.session.substitution.substitutersFor(targets);
			return await realise(targets, { ...this.realiseOptions(), ...this.remote(), substituters, ...how });
		} finally {
			this.events.finish();
		}
	}

	/** Has somebody else make outputs exist. */
	private async realiseElsewhere(
		builds: RemoteBuilds,
		targets: readonly RealiseTarget[],
		mode: BuildMode,
	): Promise<RealiseResult> {
		const { signal } = this.session.shell;
		return builds.realise(targets, mode, { signal, log: this.session.tellRemote });
	}

	/** Makes outputs exist that evaluation reads. */
	async realiseForEvaluation(targets: readonly RealiseTarget[]): Promise<RealiseResult> {
		const result = await this.realise(targets);
		const { evaluationStore, commandStore } = this.session.stores;
		if (evaluationStore !== commandStore) {
			const built = targets.flatMap((target) =>
				"drvPath" in target
					? [...(result.outputs.get(target.drvPath.toString(evaluationStore.storeDir))?.values() ?? [])]
					: [target.path],
			);
			const checks = !/[?&]require-sigs=false(&|$)/.test(this.session.evalOptions?.evalStore ?? "");
			await copyClosures(this.session, commandStore.open(), evaluationStore.open(), built, checks);
		}
		return result;
	}

	/** Builds a flake's checks. With `--keep-going` the result is what failed; else the first failure is thrown. */
	async buildChecks(checks: readonly CheckToBuild[]): Promise<readonly NixError[]> {
		const starting = (count: number): void => this.session.log.info(`running ${count} flake checks...`);
		try {
			const substituters = await this.session.substitution.substituters();
			const options = { ...this.realiseOptions(), ...this.remote(), substituters };
			return (await buildChecks(checks, options, starting)).errors;
		} finally {
			this.events.finish();
		}
	}

	/** Tells what has to be built and fetched. */
	async printMissing(targets: readonly RealiseTarget[], lvl: number): Promise<void> {
		const { log } = this.session;
		const plan = await log.during(level.debug, activity.unknown, "querying info about missing paths", () =>
			this.plan(targets),
		);
		for (const line of missingLines(plan, this.session.store.storeDir, this.session.readOnly)) log.line(lvl, line);
	}

	/** Copies what derivations in the store for evaluation begin with to the store for building. */
	private async bringSources(targets: readonly RealiseTarget[]): Promise<void> {
		const { evaluationStore, commandStore } = this.session.stores;
		if (evaluationStore === commandStore) return;
		const from = evaluationStore.open();
		await copyClosures(this.session, from, commandStore.open(), sourcesOf(from, targets), true);
	}

	/** What would have to be done. */
	async plan(targets: readonly RealiseTarget[]): Promise<Plan> {
		const { builds } = this.session.commandStore;
		if (builds !== undefined) return { ...(await this.missingElsewhere(builds, targets)), valid: [] };
		const valid = await validInCache(this.session, targets);
		if (valid !== undefined)
			return { willBuild: [], willSubstitute: [], unknown: [], valid: valid.valid, downloadSize: 0, narSize: 0 };
		await this.bringSources(targets);
		return planRealisation(targets, {
			store: this.session.store,
			substituters: await this.session.substitution.substitutersFor(targets),
			contentAddressedDerivations: this.session.settings.enabled("ca-derivations"),
			alwaysAllowSubstitutes: this.session.settings.boolean("always-allow-substitutes"),
			warn: (message) => this.session.log.warn(message),
		});
	}

	private missingElsewhere(builds: RemoteBuilds, targets: readonly RealiseTarget[]): Promise<MissingPaths> {
		const { signal } = this.session.shell;
		return builds.missing(targets, { signal, log: this.session.tellRemote });
	}
}
