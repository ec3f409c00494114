import type { WritableSyncFs } from "../fs";
import type { LogKeeper } from "./realise-options";

/**
 * Keeps logs as files where the reference looks for them: `<logDir>/drvs/<two characters>/<rest>.drv`, not compressed.
 * `logDir` is `/nix/var/log/nix` on a usual system.
 */
export const fileLogs = (fs: WritableSyncFs, logDir: string): LogKeeper => ({
	open(drvPath) {
		const folder = `${logDir}/drvs/${drvPath.baseName.slice(0, 2)}`;
		fs.mkdirSync(folder, { recursive: true });
		const file = fs.openSync(`${folder}/${drvPath.baseName.slice(2)}`, "w", 0o666);
		return {
			write: (chunk) => {
				for (let done = 0; done < chunk.length; ) done += fs.writeSync(file, chunk, done, chunk.length - done);
			},
			close: () => fs.closeSync(file),
		};
	},
});
