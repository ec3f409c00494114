import {
	type CallbackFsClient,
	fetch as gitFetch,
	type HttpClient,
	listServerRefs,
	type PromiseFsClient,
	setConfig,
	writeRef,
} from "isomorphic-git";
import { GitError } from "../errors";
import { revPattern } from "../ref-name";
import type { GitTransport } from "./transport";

export interface IsomorphicGitOptions {
	/** Where the clones are: the same file system as the world's `clones`. */
	readonly fs: PromiseFsClient | CallbackFsClient;
	/** As `isomorphic-git/http/node` and `isomorphic-git/http/web` have it. */
	readonly http: HttpClient;
	/** Put before URLs where a browser may not ask another host. */
	readonly corsProxy?: string;
	readonly headers?: Readonly<Record<string, string>>;
}

const parseRefspec = (refspec: string): { from: string; to: string | undefined } => {
	const colon = refspec.indexOf(":");
	return colon === -1
		? { from: refspec, to: undefined }
		: { from: refspec.slice(0, colon), to: refspec.slice(colon + 1) };
};

/**
 * Git over HTTP without the git program, by isomorphic-git, on any file system and in browsers. It answers
 * asynchronously, and speaks neither SSH nor Git's own protocol.
 */
export const isomorphicGit = (options: IsomorphicGitOptions): GitTransport => {
	const { fs, http, corsProxy, headers } = options;
	const shared = {
		http,
		...(corsProxy === undefined ? {} : { corsProxy }),
		...(headers === undefined ? {} : { headers }),
	};
	return {
		synchronous: false,
		async fetch({ repository, url, refspec, shallow }) {
			const { from, to } = parseRefspec(refspec);
			// It cannot ask for a revision, so everything is fetched where one is wanted.
			const all = from.includes("*") || revPattern.test(from);
			try {
				await setConfig({
					fs,
					gitdir: repository,
					path: "remote.origin.fetch",
					value: "+refs/heads/*:refs/remotes/origin/*",
				});
				const { fetchHead } = await gitFetch({
					...shared,
					fs,
					gitdir: repository,
					url,
					...(all ? { tags: true } : { ref: from, remoteRef: from, singleBranch: true }),
					...(shallow ? { depth: 1 } : {}),
				});
				if (to === undefined || fetchHead === null) return;
				const refs = all ? await listServerRefs({ ...shared, url, prefix: "refs/" }) : [{ ref: to, oid: fetchHead }];
				for (const { ref, oid } of refs) await writeRef({ fs, gitdir: repository, ref, value: oid, force: true });
			} catch (cause) {
				throw new GitError("FETCH_FAILED", `Failed to fetch git repository '${url}'`, {
					cause,
					hint: (cause as Error).message,
				});
			}
		},
		async readHead(url) {
			try {
				const refs = await listServerRefs({ ...shared, url, prefix: "HEAD", symrefs: true });
				const head = refs.find(({ ref }) => ref === "HEAD");
				return head?.target ?? head?.oid;
			} catch {
				return undefined;
			}
		},
	};
};
