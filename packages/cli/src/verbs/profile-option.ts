import { NixError, type StorePath } from "@tsnix/store";
import type { Session } from "../session";
import { UsageError } from "../usage-error";

/** `--profile`: makes what was built a profile's new generation. */
export const updateProfile = (_session: Session, _profile: string, paths: readonly StorePath[]): void => {
	if (paths.length !== 1)
		throw new UsageError(
			`'--profile' requires that the arguments produce a single store path, but there are ${paths.length}`,
		);
	throw new NixError("NOT_IMPLEMENTED", "'--profile' is not implemented yet");
};
