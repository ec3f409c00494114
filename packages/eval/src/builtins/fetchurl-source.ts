/** `<nix/fetchurl.nix>`: a file fetched at build time, by the builder that needs no program. */
export const fetchurlSource = `# A fixed-output derivation that downloads a file.
#
#   url         where it is
#   hash        what it has to be, as an SRI hash; or one of sha512, sha1, md5
#               and sha256 (the first that is given), or outputHash together
#               with outputHashAlgo
#   executable  whether the file gets its run bit
#   unpack      whether it is an archive (a NAR) to be unpacked
#
#   impure      no hash: downloaded anew each time
{
  system ? "", # not used
  url,
  hash ? "",

  md5 ? "",
  sha1 ? "",
  sha256 ? "",
  sha512 ? "",
  outputHash ? (
    if hash != "" then hash
    else if sha512 != "" then sha512
    else if sha1 != "" then sha1
    else if md5 != "" then md5
    else sha256
  ),
  outputHashAlgo ? (
    if hash != "" then ""
    else if sha512 != "" then "sha512"
    else if sha1 != "" then "sha1"
    else if md5 != "" then "md5"
    else "sha256"
  ),

  executable ? false,
  unpack ? false,
  name ? baseNameOf (toString url),
  impure ? false,
}:

let
  content = if impure then { __impure = true; } else { inherit outputHash outputHashAlgo; };

in

derivation (
  {
    inherit
      name
      url
      executable
      unpack
      ;
    builder = "builtin:fetchurl";
    system = "builtin";
    outputHashMode = if executable || unpack then "recursive" else "flat";
    urls = [ url ];
    preferLocalBuild = true;
    # Of no effect; part of every such derivation's hash.
    impureEnvVars = [
      "http_proxy"
      "https_proxy"
      "ftp_proxy"
      "all_proxy"
      "no_proxy"
    ];
  }
  // content
)
`;
