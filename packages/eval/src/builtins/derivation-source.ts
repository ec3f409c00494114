/**
 * `derivation` in terms of `derivationStrict`, which does the work. What goes wrong in it is shown with the lines around
 * it, so the lines that messages quote (where `derivationStrict` is called, the list of outputs is worked out, and the
 * paths are selected) read as the reference's messages quote them, at the same line and column; `unsafeGetAttrPos` tells
 * the places of attributes. Its names are the first that are interned, which the order of attributes tells: in
 * `{ a, x }` the `x` comes first. The lines before are only there to be counted.
 */
export const derivationSource = `# derivation: what a program asks for when it wants something built.
#
# derivationStrict looks at all attributes, writes the .drv file and knows where
# the outputs will be. It must not run before somebody asks for an output or for
# the .drv file: packages refer to each other in circles, and most of them are
# never built. So what derivation gives is a set that is there at once, in which
# only outPath and drvPath wait for derivationStrict.
#
# Each output is such a set, and has the others as attributes; the first is the
# result.
#
# The line numbers below are part of the interface.
#
#
#
#
#
#
#
#

/**
  A set that describes something to build, with its outputs as attributes.

  \`drvAttrs\` are the environment of the build: \`name\`, \`system\` and \`builder\`
  have to be among them. \`outputs\` names the outputs, \`[ "out" ]\` unless told.
  Nothing is built, and nothing is written to the store, before the result's
  \`outPath\` or \`drvPath\` is used.
*/
drvAttrs@{
  outputs ? [ "out" ],
  ...
}:

let

  strict = derivationStrict drvAttrs;

  commonAttrs =
    drvAttrs
    // (builtins.listToAttrs outputsList)
    // {
      all = map (x: x.value) outputsList;
      inherit drvAttrs;
    };

  outputToAttrListElement = outputName: {
    name = outputName;
    value = commonAttrs // {
      outPath = builtins.getAttr outputName strict;
      drvPath = strict.drvPath;
      type = "derivation";
      inherit outputName;
    };
  };

  outputsList = map outputToAttrListElement outputs;

in
(builtins.head outputsList).value
`;
