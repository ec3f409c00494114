import { narHash, NixError } from "@tsnix/store";
import { requirePathInfo } from "../core";
import { level } from "../output/log";
import type { Operation } from "../programs/nix-store";
import { Exit } from "../shell";
import { UsageError } from "../usage-error";
import { shown, storePathOf } from "./paths";

/** `nix-store --check-validity`: whether paths are valid. */
export const checkValidity: Operation = ({ session, flags, args }) => {
	for (const flag of flags) if (flag !== "--print-invalid") throw new UsageError(`unknown flag '${flag}'`);
	const { store } = session;
	for (const arg of args) {
		const path = storePathOf(session, arg);
		if (store.isValidPath(path)) continue;
		if (flags.length === 0) throw new NixError("INVALID_PATH", `path '${shown(store, path)}' is not valid`);
		session.print(shown(store, path));
	}
};

/** `nix-store --verify-path`: whether paths have the contents that they had. */
export const verifyPath: Operation = ({ session, flags, args }) => {
	if (flags.length > 0) throw new UsageError("no flags expected");
	const { store } = session;
	let status = 0;
	for (const arg of args) {
		const path = storePathOf(session, arg);
		const info = requirePathInfo(store, path);
		const { hash } = narHash(store.accessor(path));
		if (hash.equals(info.narHash)) continue;
		session.log.line(
			level.error,
			`path '${shown(store, path)}' was modified! expected hash '${info.narHash}', got '${hash}'`,
		);
		status = 1;
	}
	throw new Exit(status);
};
