import { type JsonValue, listTree, type NarListing, printJson, type SourceAccessor, toBytes } from "@tsnix/store";

/** What is below a path of a listing. */
const descend = (listing: NarListing, path: string): NarListing => {
	let at = listing;
	for (const step of path.split("/").filter((name) => name !== "")) if (at.type === "directory") at = at.entries[step];
	return at;
};

/** A listing that only names what lies in a folder. */
const shallow = (listing: NarListing): JsonValue =>
	listing.type !== "directory"
		? (listing as JsonValue)
		: {
				type: "directory",
				entries: Object.fromEntries(Object.keys(listing.entries).map((name) => [name, {}])),
			};

/** The JSON form of a listing: of a NAR, where one is given, else of files. */
export const listingJson = (accessor: SourceAccessor, path: string, recursive: boolean, nar?: NarListing): string => {
	const listing = nar === undefined ? listTree(accessor, path) : descend(nar, path);
	return toBytes(printJson((recursive ? listing : shallow(listing)) as JsonValue));
};
