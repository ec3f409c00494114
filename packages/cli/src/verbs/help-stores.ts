import type { MakeCommand } from "../commands";

const about = `Kinds of stores, as --store and TSNIX_STORE name them. Settings of a store follow its reference, as the
query of a URL: ssh-ng://machine?ssh-key=/path/to/key&compress=true

  auto              the local store where it can be written, else a daemon that serves it, else one of your own
                    below $XDG_DATA_HOME/tsnix
  local, /path      the store of this machine, or one that lies below a folder
                    (root, state, log, real, store, read-only, require-sigs)
  daemon            the store that a daemon of this machine serves; unix:///socket for another socket
  ssh-ng://host     a store of another machine, by its nix-daemon
                    (ssh-key, base64-ssh-public-host-key, compress, remote-store, remote-program, max-connections)
  ssh://host        the same by 'nix-store --serve', for older machines
  mounted-ssh-ng:// the same, where its files are mounted here, too
  file:///folder    a binary cache in a folder
                    (compression, secret-key, write-nar-listing, index-debug-info, priority, want-mass-query)
  http://, https:// a binary cache behind HTTP, with the same settings
  s3://bucket       a binary cache in a bucket (profile, region, endpoint, scheme, multipart-upload)
  dummy://          a store that holds nothing
  memory:           a store in the memory of this process

The Nix manual describes each of them, and its settings: https://nix.dev/manual/nix/2.34/store/types/`;

/** `nix help-stores`: the kinds of stores. */
export const helpStores: MakeCommand = ({ session }) => ({ run: () => session.print(about) });
