export { nodeCodecs } from "./node/codecs";
export { type NodeGitOptions, nodeGit } from "./node/git";
export { type NodeMercurialOptions, nodeMercurial } from "./node/hg";
export { type NodeHttpOptions, nodeHttp } from "./node/http";
export type { ConnectionSettings } from "./node/http-agents";
export { type NodeRequest, nodeFetch, nodeRequests } from "./node/http-client";
export { type Proxies, proxiesOf } from "./node/proxies";
export { nodeSpool } from "./node/spool";
