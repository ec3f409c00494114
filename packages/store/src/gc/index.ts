export { autoCollector, blockingCollector, type SpaceLimits, type SpaceMeans, SpaceWatch } from "./auto";
export { collectGarbage, type GcAction, type GcOptions, type GcResults, type RootsServer } from "./collect";
export {
	type FindRootsOptions,
	findPermanentRoots,
	findRoots,
	findTempRoots,
	lockGarbage,
	type Roots,
	type RuntimeRootsSource,
} from "./roots";
