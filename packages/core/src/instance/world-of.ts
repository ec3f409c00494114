import type { EvalSettings } from "@tsnix/eval";
import type { HttpTransport } from "@tsnix/fetchers";
import type { SyncStore } from "@tsnix/store";
import type { World } from "../engine/world";
import type { NixOptions } from "./options";
import { suspendingRegistries } from "./registries";

/** An instance's world as the thread that made it has it. */
export const worldOf = (
	options: NixOptions,
	store: SyncStore,
	settings: Partial<EvalSettings>,
	http: HttpTransport | undefined,
): World => {
	const { fs, fetchSettings, env, clock, home, git, hg, codecs, registries } = options;
	return {
		store,
		settings,
		...(fs === undefined ? {} : { fs }),
		...(fetchSettings === undefined ? {} : { fetchSettings }),
		...(env === undefined ? {} : { env: (name: string) => env[name] }),
		...(clock === undefined ? {} : { clock }),
		...(home === undefined ? {} : { home }),
		...(http === undefined ? {} : { http }),
		...(git === undefined ? {} : { git }),
		...(hg === undefined ? {} : { hg }),
		...(codecs === undefined ? {} : { codecs }),
		...(registries === undefined ? {} : { registries: suspendingRegistries(registries) }),
		log: (entry) => options.onEvent?.({ type: "log", entry }),
		onFetch: (event) => options.onEvent?.({ type: "fetch", event }),
	};
};
