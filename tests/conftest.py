"""The counts that a report should show, also where all tests pass and their words are not printed."""

# Name of the property that a test records: what its numbers count. Numbers of several tests are added up.
COUNTS = {
    "hostile": "{} hostile or broken submissions and answers: {} fooled the grader, {} lost, {} harmed another answer",
    "walls": "{} attacks on the sandbox, counted for each tool: {} came through, {} harmed the next answer",
    "mutants": "{} changed solutions: {} false passes; {} other right ones: {} false fails",
}


def pytest_terminal_summary(terminalreporter):
    recorded = {}
    for report in (report for reports in terminalreporter.stats.values() for report in reports):
        if getattr(report, "when", None) == "call":
            for name, numbers in report.user_properties:
                if name in COUNTS:
                    recorded.setdefault(name, []).append(numbers)
    for name, rows in recorded.items():
        terminalreporter.write_line(COUNTS[name].format(*map(sum, zip(*rows, strict=True))))
