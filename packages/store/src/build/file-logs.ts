import type { WritableSyncFs } from "../fs";
import type { LogKeeper } from "./realise-options";

/** What an empty log is, compressed. */
const emptyBzip2 = Uint8Array.of(0x42, 0x5a, 0x68, 0x39, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, 0, 0, 0, 0);

/**
 * Keeps logs as files where the reference looks for them: `<logDir>/drvs/<two characters>/<rest>.drv`, with `.bz2`
 * behind it once a build is over, where `compress` makes bzip2 of it; logs that it gives undefined for stay as they are.
 * `logDir` is `/nix/var/log/nix` on a usual system.
 */
export const fileLogs = (
	fs: WritableSyncFs,
	logDir: string,
	compress?: (log: Uint8Array) => Uint8Array | undefined,
): LogKeeper => ({
	open(drvPath) {
		const folder = `${logDir}/drvs/${drvPath.baseName.slice(0, 2)}`;
		const place = `${folder}/${drvPath.baseName.slice(2)}`;
		fs.mkdirSync(folder, { recursive: true });
		const file = fs.openSync(place, "w", 0o666);
		let size = 0;
		return {
			write: (chunk) => {
				for (let done = 0; done < chunk.length; ) done += fs.writeSync(file, chunk, done, chunk.length - done);
				size += chunk.length;
			},
			close: () => {
				fs.closeSync(file);
				if (compress === undefined) return;
				const compressed = size === 0 ? emptyBzip2 : compress(fs.readFileSync(place));
				if (compressed === undefined) return;
				fs.writeFileSync(`${place}.tmp`, compressed);
				fs.renameSync(`${place}.tmp`, `${place}.bz2`);
				fs.rmSync(place);
			},
		};
	},
});
