import type { JobTools } from "@tsnix/store";
import { nodeFs } from "@tsnix/store/node";
import { nodeCacheCodecs } from "./cache-codecs";

/** What jobs are done with on this machine. */
export const nodeJobTools: JobTools = { fs: nodeFs, codecs: nodeCacheCodecs };
