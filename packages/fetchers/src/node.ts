export { nodeCodecs } from "./node/codecs";
export { type NodeGitOptions, nodeGit } from "./node/git";
export { type NodeMercurialOptions, nodeMercurial } from "./node/hg";
export { nodeHttp } from "./node/http";
export { nodeSpool } from "./node/spool";
