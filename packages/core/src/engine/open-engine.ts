import type { Host } from "@tsnix/eval";
import { flakeBuiltins } from "../flake/builtins";
import { Engine } from "./engine";
import { flakeValue } from "./flakes";
import type { OpenWorld } from "./world";

/** The builtins that flakes add to an evaluator in a world. */
export const worldBuiltins = (open: OpenWorld): ReturnType<typeof flakeBuiltins> =>
	flakeBuiltins({
		settings: open.fetch.settings,
		warn: (message) => open.world.log?.({ kind: "warning", text: message }),
	});

/** An engine in a world, with all that is known of flakes. `host` is the world's own unless told. */
export const openEngine = (open: OpenWorld, host: Host = open.host): Engine =>
	new Engine(host, open.world.settings, flakeValue(open), worldBuiltins(open));
