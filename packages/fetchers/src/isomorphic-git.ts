/** Git over HTTP where there is no git program: an entry of its own, since isomorphic-git wants Node's `Buffer`. */
export { type IsomorphicGitOptions, isomorphicGit } from "./git/isomorphic";
