import { isLocked } from "@tsnix/fetchers";
import { type CallWorld, callFlake } from "./call";
import { FlakeError } from "./errors";
import type { Lazy } from "./evaluation";
import { lockFlakeSync } from "./lock";
import { parseFlakeRef } from "./ref";
import type { FlakeWorld } from "./world";

/** What `builtins.getFlake` does: the value of the flake that a reference names. */
export const builtinGetFlake = (
	text: string,
	world: FlakeWorld & CallWorld,
	options: {
		/** `use-registries` */
		readonly useRegistries?: boolean;
		/** Where it was called, as messages show positions. */
		readonly position?: string;
	} = {},
): Lazy => {
	const st = world.evaluator;
	const pure = st.settings.pureEval;
	const ref = parseFlakeRef(text, { allowMissing: true, settings: world.settings, warn: world.warn });
	if (pure && !isLocked(ref.input, world.settings))
		throw new FlakeError(
			"UNLOCKED_INPUT",
			`cannot call 'getFlake' on unlocked flake reference '${text}', at ${
				options.position ?? st.showPosition(0)
			} (use --impure to override)`,
		);
	const locked = lockFlakeSync(world, ref, {
		update: false,
		write: false,
		useRegistries: !pure && (options.useRegistries ?? true),
		allowUnlocked: !pure,
	});
	return callFlake(st, locked, world);
};
