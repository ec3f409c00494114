import { accessSync, constants, existsSync, statSync } from "node:fs";
import type { ByteString } from "@tsnix/store";

/** Where programs are looked for without a `PATH`. */
const defaultPath = "/bin:/usr/bin";

const isProgram = (path: ByteString): boolean => {
	try {
		const place = Buffer.from(path, "latin1");
		accessSync(place, constants.X_OK);
		return statSync(place).isFile();
	} catch {
		return false;
	}
};

/** The places that a name may stand for. */
const candidates = (name: ByteString, path: ByteString): ByteString[] =>
	path.split(":").map((folder) => (folder === "" ? `./${name}` : `${folder}/${name}`));

/**
 * The file that a program's name means, as a shell finds it: a name with a slash is a path, another one is looked for
 * in the folders of `path`. Undefined where there is none. Byte strings.
 */
export const findProgram = (name: ByteString, path: ByteString = defaultPath): ByteString | undefined => {
	if (name.includes("/")) return name;
	return name === "" ? undefined : candidates(name, path).find(isProgram);
};

/** Whether there is something of a name in the folders, be it a program or not. */
export const isThere = (name: ByteString, path: ByteString = defaultPath): boolean =>
	name !== "" && candidates(name, path).some((place) => existsSync(Buffer.from(place, "latin1")));
