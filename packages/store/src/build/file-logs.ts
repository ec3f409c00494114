import type { WritableSyncFs } from "../fs";
import type { LogKeeper } from "./realise-options";

/**
 * Keeps logs as files where the reference looks for them: `<logDir>/drvs/<two characters>/<rest>.drv`. `logDir` is
 * `/nix/var/log/nix` on a usual system. With `compress`, which gives undefined where it cannot be had, a log that is
 * complete becomes `….drv.bz2`.
 */
export const fileLogs = (
	fs: WritableSyncFs,
	logDir: string,
	compress: (log: Uint8Array) => Uint8Array | undefined = () => undefined,
): LogKeeper => ({
	open(drvPath) {
		const folder = `${logDir}/drvs/${drvPath.baseName.slice(0, 2)}`;
		const place = `${folder}/${drvPath.baseName.slice(2)}`;
		fs.mkdirSync(folder, { recursive: true });
		const file = fs.openSync(place, "w", 0o666);
		return {
			write: (chunk) => {
				for (let done = 0; done < chunk.length; ) done += fs.writeSync(file, chunk, done, chunk.length - done);
			},
			close: () => {
				fs.closeSync(file);
				const compressed = compress(fs.readFileSync(place));
				if (compressed === undefined) return;
				fs.writeFileSync(`${place}.bz2`, compressed);
				fs.rmSync(place);
			},
		};
	},
});
