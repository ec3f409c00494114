import { parseURL } from "@tsnix/fetchers";
import type { ByteString } from "@tsnix/store";

const name = "[a-zA-Z0-9_-]+";
const lastAttribute = new RegExp(`^((?:${name}\\.)*)(${name})(\\^.*)?$`);
const lastSegment = new RegExp(`^.*/(${name})$`);
const secondSegment = new RegExp(`^${name}/(${name})(?:/.*)?$`);

/**
 * A name for what a flake reference with an attribute leads to (manual: "nix profile add"): the folder of `?dir=`, else
 * the last attribute unless that is `default`, else the repository's name or the last part of the path. Undefined where
 * the reference has none of these.
 *
 *     urlName("github:NixOS/nixpkgs#legacyPackages.x86_64-linux.hello")    // "hello"
 *     urlName("github:edolstra/dwarffs#packages.x86_64-linux.default")     // "dwarffs"
 */
export const urlName = (text: ByteString): ByteString | undefined => {
	const url = parseURL(text, { lenient: true });
	const dir = url.query.get("dir");
	if (dir !== undefined) return dir;
	const attribute = lastAttribute.exec(url.fragment);
	if (attribute !== null && attribute[1] !== "defaultPackage." && attribute[2] !== "default") return attribute[2];
	const path = url.path.join("/");
	const repository = /^(github|gitlab|sourcehut)$/.test(url.scheme) ? secondSegment.exec(path) : null;
	return (repository ?? lastSegment.exec(path))?.[1];
};
