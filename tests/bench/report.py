"""What is measured, what it ought to be, and the table of a run."""
from statistics import median

# key, what it says, unit, target: ("ratio", x): at most x times the floor's; ("below", x): ours
# in this unit; None: for information.
MEASURES = [
    ("produce.cpu_s_per_gb", "CPU-s per GB produced, 100 x 1 KB a batch", "s", ("ratio", 1.3)),
    ("produce.mb_s", "MB/s of the same, one connection", "MB/s", None),
    ("small.cpu_us", "CPU per request of 10 x 100 B", "us", ("ratio", 2.0)),
    ("fetch.cpu_s_per_gb", "CPU-s per GB fetched, 1 MiB a fetch", "s", ("ratio", 1.2)),
    ("fetch.mb_s", "MB/s of the same, one connection", "MB/s", None),
    ("single.p50_us", "one acks=all record at a time, p50", "us", ("ratio", 1.2)),
    ("single.p99_us", "  p99", "us", ("ratio", 1.2)),
    ("single.p999_us", "  p99.9", "us", ("ratio", 2.0)),
    ("memory.idle_mb", "resident, idle", "MB", ("below", 16)),
    ("memory.loaded_mb", "resident, after that load", "MB", None),
    ("start.fresh_ms", "format + exec to first acknowledged record", "ms", ("below", 100)),
    ("start.warm_ms", "restart to first acknowledged record", "ms", ("below", 100)),
    ("start.killed_ms", "  after kill -9", "ms", ("below", 100)),
    ("partitions_2000.idle_mb", "resident with 2,000 partitions", "MB", ("below", 64)),
    ("partitions_10000.create_s", "10,000 partitions: create", "s", None),
    ("partitions_10000.restart_s", "  restart to first acknowledged record", "s", ("below", 1)),
    ("partitions_10000.resident_mb", "  resident after it", "MB", ("below", 128)),
    ("cluster.start_s", "3 nodes: start", "s", None),
    ("cluster.cpu_s_per_gb", "  CPU-s of all per GB produced, acks=all, 3 replicas", "s", None),
    ("cluster.mb_s", "  MB/s of the same, one connection", "MB/s", None),
    ("cluster.p50_us", "  one acks=all record at a time, p50", "us", None),
    ("cluster.p99_us", "    p99", "us", None),
    ("cluster.resident_mb", "  resident, all three, after that", "MB", None),
    ("cluster.create_s", "  10,000 partitions of 3 replicas (--quick: 2,000): create", "s", None),
    ("cluster.partitions_mb", "    resident, all three, after that", "MB", None),
    ("failover.leader_s", "  leader killed: gap without acknowledgement, median", "s", None),
    ("failover.controller_s", "    it was the active controller too", "s", None),
    ("failover.max_s", "    the longest", "s", None),
    ("evidence.produce.cost_percent", "recording: CPU per GB produced, more by", "%", ("below", 3)),
    ("evidence.produce.chance_percent", "  two runs without one differ by", "%", None),
    ("evidence.fetch.cost_percent", "recording: CPU per GB fetched, more by", "%", ("below", 3)),
    ("evidence.fetch.chance_percent", "  two runs without one differ by", "%", None),
]

FLOOR, OURS, KAFKA = "floor", "kraftlab", "Kafka"


def number(value):
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread(values, suffix=""):
    """median (min-max), or the one value."""
    if not values:
        return "-"
    if len(values) == 1 or min(values) == max(values):
        return number(median(values)) + suffix
    return f"{number(median(values))}{suffix} ({number(min(values))}-{number(max(values))})"


def values_of(rounds, server, key):
    return [one[server][key] for one in rounds if key in one.get(server, {})]


def ratios_of(rounds, server, key):
    """Ratio to the floor, round by round: what else the machine did then was the same for both."""
    return [one[server][key] / one[FLOOR][key] for one in rounds
            if key in one.get(server, {}) and one.get(FLOOR, {}).get(key)]


def verdict(rounds, key, target):
    if target is None:
        return "", None
    kind, bound = target
    seen = ratios_of(rounds, OURS, key) if kind == "ratio" else values_of(rounds, OURS, key)
    text = f"<= {bound}x" if kind == "ratio" else f"< {bound}"
    if not seen:
        return text, None
    reached = median(seen) <= bound if kind == "ratio" else median(seen) < bound
    return f"{text} {'yes' if reached else 'NO'}", reached


def summary(rounds):
    """The table as data."""
    rows = []
    for key, label, unit, target in MEASURES:
        if not any(values_of(rounds, server, key) for server in (FLOOR, OURS, KAFKA)):
            continue  # its group was not asked for
        row = {"key": key, "label": label.strip(), "unit": unit}
        for server in (FLOOR, OURS, KAFKA):
            row[server] = values_of(rounds, server, key)
            row[f"{server}/floor"] = ratios_of(rounds, server, key)
        text, row["reached"] = verdict(rounds, key, target)
        row["target"] = list(target) if target else None
        rows.append((row, [f"{label} [{unit}]", spread(row[FLOOR]), spread(row[OURS]),
                           spread(row[KAFKA]), spread(row[f"{OURS}/floor"], "x"), text,
                           spread(row[f"{KAFKA}/floor"], "x")]))
    return [row for row, _ in rows], [cells for _, cells in rows]


def table(rounds):
    _, cells = summary(rounds)
    lines = [["", FLOOR, OURS, "Apache Kafka", f"{OURS} / floor", "target", "Kafka / floor"]] + cells
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    text = []
    for at, line in enumerate(lines):
        text.append("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
        if at == 0:
            text.append("  ".join("-" * width for width in widths))
    return "\n".join(text)
