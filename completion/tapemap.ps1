# Completion of tapemap and tapemapd for PowerShell: dot-source this file in your $PROFILE.
#
#     . C:\tapemap\completion\tapemap.ps1
#
# It asks the programs themselves: `help verbs` and `help topics`, the help of a verb for its
# options, and `list` for the decks that there are. What fails offers nothing, and where it offers
# nothing, PowerShell offers files.
$tapemapPrograms = 'tapemap', 'tapemapd', 'tapemap.exe', 'tapemapd.exe'
Register-ArgumentCompleter -Native -CommandName $tapemapPrograms -ScriptBlock {
    param($word, $line, $cursor)

    try {
        $words = @($line.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursor } |
                ForEach-Object { $_.Extent.Text.Trim("'", '"') })
        $program = $words[0]
        $isRecorder = (Split-Path -Leaf $program) -match '^tapemapd(\.exe)?$'
        $verb = if ($words.Count -gt 1) { $words[1] } else { '' }
        $before = $words[-1]
        $begin = $word.Trim("'", '"')

        # What stands first in each line.
        $names = {
            param($what)
            & $program help $what 2>$null | ForEach-Object { ($_ -split ' ')[0] }
        }
        # tapemap, which lists decks, lies beside tapemapd.
        $decks = {
            $reader = $program -replace 'tapemapd(\.exe)?$', 'tapemap'
            (& $reader list --json 2>$null | Out-String | ConvertFrom-Json) |
                ForEach-Object { $_.deck }
        }

        $found = if ($words.Count -eq 1 -and $begin.StartsWith('-')) {
            '--help', '--version'
        } elseif ($words.Count -eq 1) {
            & $names verbs
        } elseif ($verb -eq 'help') {
            if ($words.Count -eq 2) { & $names verbs; & $names topics }
        } elseif ($begin.StartsWith('-')) {
            # In paragraphs options of other verbs are named; in the usage and in tables, which are
            # indented, its own. All take --help.
            & $program help $verb 2>$null | Where-Object { $_ -match '^(usage:|  )' } |
                ForEach-Object { [regex]::Matches($_, '--[a-z]+(-[a-z]+)*') } |
                ForEach-Object { $_.Value }
            '--help'
        } elseif ($isRecorder -and $verb -eq 'service' -and $words.Count -eq 2) {
            'install', 'uninstall', 'start', 'stop', 'status'
        } elseif ($before -eq '--deck' -or -not ($isRecorder -or $before.StartsWith('-'))) {
            & $decks
        }
        $matching = $found | Where-Object { $_ -and $_.StartsWith($begin) } | Sort-Object -Unique
        $matching | ForEach-Object {
            $text = if ($_ -match '^[-\w.]+$') { $_ } else { "'" + $_.Replace("'", "''") + "'" }
            [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
        }
    } catch {
        # A completion that fails must not write into the line.
    }
}
