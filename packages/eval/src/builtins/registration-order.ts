/**
 * The builtins in the order in which the reference makes them, by their names in `builtins`. Symbols of their names are
 * made in this order, and sets are ordered by symbol: it decides which of two attributes is evaluated first where both
 * are, say by `deepSeq`.
 */
export const registrationOrder: readonly string[] = [
	"builtins true false null currentTime currentSystem nixVersion storeDir langVersion importNative exec traceVerbose",
	"nixPath scopedImport import typeOf isNull isFunction isInt isFloat isString isBool isPath genericClosure break abort",
	"throw addErrorContext ceil floor tryEval getEnv seq deepSeq trace warn derivationStrict placeholder toPath storePath",
	"pathExists baseNameOf dirOf readFile findFile hashFile readFileType readDir outputOf toXML toJSON fromJSON toFile",
	"filterSource path attrNames attrValues getAttr unsafeGetAttrPos hasAttr isAttrs removeAttrs listToAttrs",
	"intersectAttrs catAttrs functionArgs mapAttrs zipAttrsWith isList elemAt head tail map filter elem concatLists length",
	"foldl' any all genList sort partition groupBy concatMap add sub mul div bitAnd bitOr bitXor lessThan toString",
	"substring stringLength hashString convertHash match split concatStringsSep replaceStrings parseDrvName",
	"compareVersions splitVersion unsafeDiscardStringContext hasContext unsafeDiscardOutputDependency",
	"addDrvOutputDependencies getContext appendContext fetchClosure fetchMercurial fetchTree fetchFinalTree fetchurl",
	"fetchTarball fetchGit fromTOML getFlake parseFlakeRef flakeRefToString derivation",
].flatMap((line) => line.split(" "));
