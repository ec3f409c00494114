/** What an evaluation's thread gets: a stack that holds all the calls that Nix allows, and room for its garbage. */
export const engineResources = {
	stackSizeMb: 256,
	maxYoungGenerationSizeMb: 384,
	maxOldGenerationSizeMb: 16384,
} as const;
