/**
 * The builder of an environment: in place of a derivation's own builder it loads what that would have (attributes, and
 * the standard environment's `setup`) and writes the shell's variables and functions, as JSON, to the first output. The
 * others are left empty. It is written for the bash of any standard environment, which has no `compgen`.
 *
 * Its own names begin with `__nix_`, and come into being after the names to be written were taken down. The variable
 * `LINENO` is among these: it is the line, here 79, that a plain variable's value is taken on.
 */
export const environmentRecorder = String.raw`set -e
[ ! -e "$NIX_ATTRS_SH_FILE" ] || . "$NIX_ATTRS_SH_FILE"
export IN_NIX_SHELL=impure dontAddDisableDepTrack=1
[ -z "$stdenv" ] || . "$stdenv/setup"

__nix_variables=$(declare -p)
__nix_functions=$(declare -F)
set +u

# Bash's own, which mean nothing elsewhere.
__nix_is_private() {
    case $1 in
        BASH_* | COMP_* | _ | DIRSTACK | EUID | FUNCNAME | HISTCMD | HOSTNAME | GROUPS | PIPESTATUS) return 0 ;;
        PWD | RANDOM | SHLVL | SECONDS | EPOCHREALTIME | EPOCHSECONDS) return 0 ;;
    esac
    return 1
}

# A text as JSON has it.
__nix_string() {
    set -- "\${1//\\/\\\\}"
    set -- "\${1//\"/\\\"}"
    set -- "\${1//$'\n'/\\n}"
    set -- "\${1//$'\r'/\\r}"
    set -- "\${1//$'\t'/\\t}"
    printf '"%s"' "$1"
}

__nix_record() {
    printf '{"bashFunctions": {'
    __nix_separator=$'\n'
    while read -r __nix_line; do
        [[ $__nix_line =~ ^'declare -f '(.*) ]] || continue
        __nix_name=\${BASH_REMATCH[1]}
        [[ $(declare -f "$__nix_name") =~ \{(.*)\} ]] || {
            printf "The function '%s' cannot be read.\n" "$__nix_name" >&2
            return 1
        }
        __nix_body=\${BASH_REMATCH[1]}
        printf '%s' "$__nix_separator"
        __nix_string "$__nix_name"
        printf ': '
        __nix_string "$__nix_body"
        __nix_separator=$',\n'
    done <<< "$__nix_functions"
    printf '\n}, "variables": {'
    __nix_separator=$'\n'
    while read -r __nix_line; do
        [[ $__nix_line =~ ^'declare -'([^ ])' '([^=]*) ]] || continue
        __nix_type=\${BASH_REMATCH[1]} __nix_name=\${BASH_REMATCH[2]}
        ! __nix_is_private "$__nix_name" || continue
        printf '%s' "$__nix_separator"
        __nix_string "$__nix_name"
        printf ': '
        __nix_value "$__nix_type" "$__nix_name"
        __nix_separator=$',\n'
    done <<< "$__nix_variables"
    printf '\n}'
    if [ -e "$NIX_ATTRS_SH_FILE" ]; then
        printf ', "structuredAttrs": {".attrs.sh": '
        __nix_string "$(< "$NIX_ATTRS_SH_FILE")"
        printf ', ".attrs.json": '
        __nix_string "$(< "$NIX_ATTRS_JSON_FILE")"
        printf '}'
    fi
    printf '}'
}

# A variable's value, by the letter that it is declared with. The name must not be a parameter: the value is.
__nix_value() {
    case $1 in
        x)
            printf '{"type": "exported", "value": '
            __nix_string "\${!2}"
            printf '}'
            ;;
        -)
            printf '{"type": "var", "value": '
            __nix_string "\${!2}"
            printf '}'
            ;;
        a)
            printf '{"type": "array", "value": ['
            __nix_comma=
            set -- "$2[@]"
            for __nix_item in "\${!1}"; do
                printf '%s' "$__nix_comma"
                __nix_string "$__nix_item"
                __nix_comma=', '
            done
            printf ']}'
            ;;
        A)
            printf '{"type": "associative", "value": {'
            __nix_comma=
            declare -n __nix_map=$2
            for __nix_item in "\${!__nix_map[@]}"; do
                printf '%s' "$__nix_comma"
                __nix_string "$__nix_item"
                printf ': '
                __nix_string "\${__nix_map[$__nix_item]}"
                __nix_comma=', '
            done
            unset -n __nix_map
            printf '}}'
            ;;
        *) printf '{"type": "unknown"}' ;;
    esac
}

# Structured attributes have a table of outputs, others the names of the variables that they are in.
if [ -e "$NIX_ATTRS_SH_FILE" ]; then
    __nix_outputs=("\${outputs[@]}")
else
    __nix_outputs=()
    for __nix_name in $outputs; do __nix_outputs+=("\${!__nix_name}"); done
fi
__nix_done=
for __nix_output in "\${__nix_outputs[@]}"; do
    if [ -z "$__nix_done" ]; then __nix_record > "$__nix_output"; else : >> "$__nix_output"; fi
    __nix_done=1
done
`.replaceAll("\\$", "$");
