import type { SyncStore } from "../stores/store";
import type { StorePath } from "../formats/store-path";
import type { RealiseEvent } from "./events";
import type { SubstitutablePath, Substituter } from "./substituter";

/**
 * Copy a path from a substituter, which calls it `there`; what it refers to is valid already. The store checks the NAR hash. Rejects where the
 * substituter fails.
 */
export const substitutePath = async (
	store: SyncStore,
	substituter: Substituter,
	there: StorePath,
	info: SubstitutablePath,
	emit: (event: RealiseEvent) => void,
	repair = false,
): Promise<void> => {
	const { path } = info;
	emit({ type: "substitutionStarted", path, substituter: substituter.uri });
	const { downloadSize: _, ...known } = info;
	try {
		const files = await substituter.accessor(there);
		try {
			store.addObject({ ...known, ultimate: false }, files, "/", { repair });
		} finally {
			files.dispose?.();
		}
		emit({ type: "substitutionProgress", path, done: info.narSize, expected: info.narSize });
	} finally {
		emit({ type: "substitutionFinished", path, substituter: substituter.uri });
	}
};
