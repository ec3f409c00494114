import { adopting } from "../runtime/adopt-error";
import { forceStringNoContext } from "../runtime/expect";
import { force } from "../runtime/thunk";
import type { Builtin } from "./builtin";
import { fetchClosure } from "./fetch-closure";
import { fetchFile } from "./fetch-file";
import { fetchMercurial, fetchTree, unsupported } from "./fetch-tree";

/** What is brought from elsewhere while evaluating. */
export const fetchBuiltins: readonly Builtin[] = [
	{
		name: "__fetchClosure",
		args: ["args"],
		doc: "A store path, copied with all it refers to from a binary cache. *args* is `{ fromStore, fromPath, toPath ? …, inputAddressed ? false }`: with `toPath`, the path is rewritten to be content-addressed, and has to become that.",
		feature: "fetch-closure",
		fn: fetchClosure,
	},
	{
		name: "fetchMercurial",
		args: ["args"],
		doc: 'The files of a Mercurial repository. *args* is its URL, or `{ url, rev ? …, name ? "source" }`, where `rev` is a revision, branch or tag.',
		fn: fetchMercurial,
	},
	{
		name: "fetchTree",
		args: ["input"],
		doc: 'The files of an input, and what is known of it. *input* is a set with `type` (`"git"`, `"github"`, `"tarball"`, `"file"`, `"path"`, …) and what that type takes, or a flake reference. The result has `outPath`, `narHash`, and where they are known `rev`, `lastModified` and more.',
		feature: "fetch-tree",
		fn: (st, input) => fetchTree(st, input, "fetchTree"),
	},
	{
		name: "fetchFinalTree",
		args: ["input"],
		doc: "As `fetchTree`, for inputs whose attributes are all known: the entries of a lock file.",
		internal: true,
		fn: (st, input) => fetchTree(st, input, "fetchFinalTree"),
	},
	{
		name: "__fetchurl",
		args: ["arg"],
		doc: "The file at a URL, downloaded to the store. *arg* is the URL, or `{ url, name ? …, sha256 ? … }`. Pure evaluation needs the hash.",
		fn: (st, arg) => fetchFile(st, arg, "fetchurl"),
	},
	{
		name: "fetchTarball",
		args: ["args"],
		doc: 'The files of the archive at a URL, downloaded and unpacked to the store. *args* is the URL, or `{ url, name ? "source", sha256 ? … }`, where `sha256` is that of the files\' NAR. Pure evaluation needs it.',
		fn: (st, args) => fetchFile(st, args, "fetchTarball"),
	},
	{
		name: "fetchGit",
		args: ["args"],
		doc: "The files of a Git repository. *args* is its URL or path, or a set with `url` and for instance `rev`, `ref`, `name`, `submodules`, `shallow`, `allRefs`. The result has `outPath`, `rev`, `shortRev`, `revCount`, `lastModified`, `narHash`.",
		fn: (st, args) => fetchTree(st, args, "fetchGit"),
	},
	{
		name: "__getFlake",
		args: ["args"],
		doc: "The outputs and metadata of the flake that a flake reference names. In pure evaluation the reference has to be locked.",
		feature: "flakes",
		fn: (st, ref) => {
			const text = forceStringNoContext(st, ref, 0, "while evaluating the argument passed to builtins.getFlake");
			const { getFlake } = st.host;
			if (getFlake === undefined) throw unsupported(st, "getFlake");
			return force(
				adopting(st, () => getFlake(text, st)),
				0,
			);
		},
	},
];
