export { nodeCodecs } from "./node/codecs";
export { type NodeGitOptions, nodeGit } from "./node/git";
export { nodeHttp } from "./node/http";
export { nodeSpool } from "./node/spool";
