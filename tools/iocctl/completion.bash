# SPDX-License-Identifier: Apache-2.0
# Completion of iocctl for bash: commands and options, and, where an iocd answers, its own units,
# indicators and alerts.

# The values of a member of each object in a list of iocctl's JSON.
_iocctl_ids()
{
	iocctl --json "$1" 2>/dev/null | sed -n "s/^ \{6\}\"$2\": \"\(.*\)\",\{0,1\}$/\1/p"
}

# The values that the option $1 takes; fails if it takes none that are known.
_iocctl_values()
{
	case $1 in
	-S | --socket) compgen -f -- "$cur" ;;
	-l | --lang) compgen -W 'vi en' -- "$cur" ;;
	--severity) compgen -W 'warning critical' -- "$cur" ;;
	--unit) compgen -W "$(_iocctl_ids units id)" -- "$cur" ;;
	--indicator) compgen -W "$(_iocctl_ids indicators id)" -- "$cur" ;;
	--reason) compgen -W "$(_iocctl_ids deadletter reason)" -- "$cur" ;;
	--every) compgen -W 'hour day week month year whole' -- "$cur" ;;
	--week) compgen -W 'this last' -- "$cur" ;;
	--log) compgen -W 'before after' -- "$cur" ;;
	--since | --until) compgen -W '24h 7d 30d 365d' -- "$cur" ;;
	--rule | --suggest) compgen -W "$(_iocctl_ids rules id)" -- "$cur" ;;
	--for) compgen -W '30m 1h 2h 8h 1d 7d' -- "$cur" ;;
	--format) compgen -W 'table csv json html' -- "$cur" ;;
	--state) compgen -W 'open due-soon overdue paused' -- "$cur" ;;
	--track) compgen -W "$(_iocctl_ids records track)" -- "$cur" ;;
	--payload | --junit | --reload | --file | --ca | --cert | --key | --password-file | --token-file | --users) compgen -f -- "$cur" ;;
	--feed) compgen -W "$(_iocctl_ids feeds id)" -- "$cur" ;;
	--role) compgen -W 'viewer operator admin' -- "$cur" ;;
	--wait) compgen -W '10s 30s 5m' -- "$cur" ;;
	--config | --journal | --authority | --outbox | --watch) compgen -d -- "$cur" ;;
	-u | --url | --as | --note | --limit | --filter | --from | --to | --topic | --period | --at | --per-week | --host | --instance | --prefix | --days | --above | --type | --port | --username | --sender | --id-field | --name) ;;
	*) return 1 ;;
	esac
}

_iocctl_options()
{
	case $1 in
	watch) echo '--once --filter' ;;
	alerts) echo '--unit --severity --limit --all --fold' ;;
	explain) echo '--not' ;;
	ack) echo '--note --for --until --as' ;;
	unack | assign | reset) echo '--note --as' ;;
	comment) echo '--as' ;;
	shelve) echo '--rule --unit --below --for --until --note --as' ;;
	unshelve | disable | enable) echo '--rule --unit --below --note --as' ;;
	maintain) echo '--unit --below --for --until --note --as' ;;
	suppressions) echo '--unit' ;;
	reload) echo '--as' ;;
	test) echo '--junit' ;;
	backtest) echo '--config --journal --since --until --limit --suggest --per-week --log' ;;
	findings) echo '--unit --limit' ;;
	log) echo '--since --until --unit --rule --limit' ;;
	load) echo '--format' ;;
	indicators) echo '--unit --indicator --since --until --every --below --as-was --format' ;;
	rank) echo '--unit' ;;
	records) echo '--unit --track --state --limit' ;;
	feeds) echo '--unit --all --missing --since --until --open --limit --payload --topic --at --config' ;;
	report) echo '--unit --period --format --since --week' ;;
	deadletter) echo '--unit --reason --limit' ;;
	publish) echo '--unit --feed --type --file --stdin --watch --drain --id-field --outbox --sender --config --host --port --prefix --ca --cert --key --username --password-file --wait --queue --quiet' ;;
	enroll) echo '--authority --config --as --password --days --above --reload --host --instance --prefix' ;;
	user) echo '--config --users --role --unit --name --password-file --until' ;;
	journal) echo '--config --from --to --topic --limit --dry-run' ;;
	esac
	echo '--socket --url --token-file --json --lang --help --version'
}

_iocctl()
{
	local commands='status watch alerts explain ack unack assign comment reset shelve unshelve disable enable maintain suppressions log load findings indicators rank records feeds sites units rules report deadletter journal check reload test backtest diff enroll publish user help'
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command='' word values

	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case " $commands " in
		*" $word "*)
			command=$word
			break
			;;
		esac
	done

	COMPREPLY=()
	if values=$(_iocctl_values "$prev"); then
		mapfile -t COMPREPLY <<<"$values"
	elif [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_iocctl_options "$command")" -- "$cur")
	elif [[ -z $command || $command == help ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$cur")
	elif [[ $command == journal && $prev == journal ]]; then
		mapfile -t COMPREPLY < <(compgen -W 'verify stat cat replay repair' -- "$cur")
	elif [[ $command == feeds && $prev == feeds ]]; then
		mapfile -t COMPREPLY < <(compgen -W 'gaps try' -- "$cur")
	elif [[ $command == feeds && $prev == try ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_iocctl_ids feeds id)" -- "$cur")
	elif [[ $command =~ ^(check|test|backtest|diff|journal)$ ]]; then
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
	elif [[ $command == report ]]; then
		mapfile -t COMPREPLY < <(compgen -W "handover worst $(_iocctl_ids report id)" -- "$cur")
	elif [[ $command == sites ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_iocctl_ids units id)" -- "$cur")
	elif [[ $command == enroll && $prev == enroll ]]; then
		mapfile -t COMPREPLY < <(compgen -W "init list test renew revoke $(_iocctl_ids units id)" -- "$cur")
	elif [[ $command == enroll && $prev =~ ^(test|renew|revoke)$ ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(iocctl --json enroll list 2>/dev/null | sed -n 's/^ *"name": "\(.*\)",$/\1/p')" -- "$cur")
	elif [[ $command == user && $prev == user ]]; then
		mapfile -t COMPREPLY < <(compgen -W 'add change passwd totp token list disable enable remove' -- "$cur")
	elif [[ $command == user && $prev == token ]]; then
		mapfile -t COMPREPLY < <(compgen -W 'add remove' -- "$cur")
	elif [[ $command == user ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(iocctl --json user list 2>/dev/null | sed -n 's/^ \{6\}"name": "\(.*\)",$/\1/p')" -- "$cur")
	elif [[ $command == rank || $command == indicators ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_iocctl_ids indicators id)" -- "$cur")
	elif [[ $command == maintain ]]; then
		mapfile -t COMPREPLY < <(compgen -W 'end' -- "$cur")
	elif [[ $command == explain && " ${COMP_WORDS[*]} " == *' --not '* ]]; then
		if [[ $prev == --not ]]; then
			mapfile -t COMPREPLY < <(compgen -W "$(_iocctl_ids rules id)" -- "$cur")
		else
			mapfile -t COMPREPLY < <(compgen -W "$(_iocctl_ids units id)" -- "$cur")
		fi
	elif [[ $command =~ ^(explain|ack|unack|assign|comment|reset|shelve|unshelve|disable|enable)$ ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_iocctl_ids alerts id)" -- "$cur")
	fi
}

complete -F _iocctl iocctl
