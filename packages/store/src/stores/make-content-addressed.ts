import { rewritingAccessor } from "../build/rewriting";
import { makeFixedOutputPath } from "../formats/content-address";
import { narHash } from "../formats/nar/hash";
import { hashPathModuloSelf } from "../formats/self-reference-hash";
import { StorePath } from "../formats/store-path";
import { closureIn, sortInfos } from "./copy";
import type { PathInfo, Store } from "./store";

/**
 * Copy paths and all that they refer to, as content-addressed paths: each refers to the new ones in place of the old.
 * Gives the new path of each, by the old base name. Implements `nix store make-content-addressed`.
 */
export const makeContentAddressed = async (
	from: Store,
	to: Store,
	paths: Iterable<StorePath>,
	onRewrite: (old: StorePath, now: StorePath) => void = () => {},
): Promise<Map<string, StorePath>> => {
	const renamed = new Map<string, StorePath>();
	for (const { path, references } of sortInfos((await closureIn(from, paths)).values(), from.storeDir)) {
		const rewrites = new Map<string, string>();
		const others: StorePath[] = [];
		for (const reference of references) {
			if (reference.equals(path)) continue;
			const now = renamed.get(reference.baseName) ?? reference;
			if (!now.equals(reference)) rewrites.set(reference.hashPart, now.hashPart);
			others.push(now);
		}
		others.sort(StorePath.compare);
		const self = others.length < references.length;
		const source = rewritingAccessor(await from.accessor(path), rewrites, "/");
		const hash = hashPathModuloSelf(source, "/", { method: "nar", algorithm: "sha256", self: path.hashPart });
		const now = makeFixedOutputPath(path.name, { method: "nar", hash, references: others, self }, to.storeDir);
		onRewrite(path, now);
		const files = rewritingAccessor(source, new Map([[path.hashPart, now.hashPart]]), "/");
		const nar = narHash(files);
		const info: PathInfo = {
			path: now,
			narHash: nar.hash,
			narSize: nar.size,
			references: (self ? [...others, now] : others).sort(StorePath.compare),
			signatures: [],
			contentAddress: { method: "nar", hash },
			registrationTime: 0,
			ultimate: false,
		};
		await to.addObject(info, files);
		renamed.set(path.baseName, now);
	}
	return renamed;
};
