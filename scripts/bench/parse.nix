# Reads, parses and starts evaluating (each is a function) the package files of nixpkgs; gives how many there were.
{ nixpkgs }:
let
  byName = nixpkgs + "/pkgs/by-name";
  below = dir: map (name: dir + "/${name}") (builtins.attrNames (builtins.readDir dir));
  shards = builtins.filter (dir: builtins.readFileType dir == "directory") (below byName);
  files = builtins.filter builtins.pathExists (map (dir: dir + "/package.nix") (builtins.concatMap below shards));
in
builtins.foldl' (n: file: builtins.seq (import file) (n + 1)) 0 files
