import { parseNar } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";

/** Writes the tree that a NAR holds to a path where nothing is. */
export const restoreNar = (nar: Uint8Array, root: string): void => {
	const at = (path: string): string => (path === "/" ? root : root + path);
	parseNar(nar, {
		directory: (path) => void nodeFs.mkdirSync(at(path)),
		regular: (path, file) => {
			const fd = nodeFs.openSync(at(path), "wx", file.executable ? 0o777 : 0o666);
			return {
				write: (chunk) => {
					for (let done = 0; done < chunk.length; ) done += nodeFs.writeSync(fd, chunk, done, chunk.length - done);
				},
				end: () => nodeFs.closeSync(fd),
			};
		},
		symlink: (path, target) => nodeFs.symlinkSync(target, at(path)),
	});
};
