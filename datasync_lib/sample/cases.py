"""The register of planted cases: one small function a case, with how many of it 2,000 bibs are to have."""

from collections.abc import Callable

from .block import Block

Plant = Callable[[Block], None]
PER_BIBS = 2000

# No more than this share of a block is planted; in a very small one the cases that come last have to stay out.
_PLANTED_SHARE = 0.75

_cases: list[tuple[int, Plant]] = []


def case(per_2000: int) -> Callable[[Plant], Plant]:
    """Registers a case. In small examples the ones registered first win."""

    def register(plant: Plant) -> Plant:
        _cases.append((per_2000, plant))
        return plant

    return register


def plant_cases(block: Block, size: int) -> None:
    """Plants every case as often as the size of the block asks for, each at least once as long as there is room."""
    wanted = {plant: max(1, round(count * size / PER_BIBS)) for count, plant in _cases}
    for turn in range(max(wanted.values())):
        for plant, count in wanted.items():
            if turn < count and len(block.bibs) < size * _PLANTED_SHARE:
                block.case = plant.__name__
                plant(block)
    block.case = ""


def fill(block: Block, size: int) -> None:
    """Plain bibs until the block has its size: complete, numbered, sent, matched."""
    while len(block.bibs) < size:
        bib = block.bib()
        if block.chance.random() < 0.06:
            second = block.chance.choice((("MAIN", "stacks"), ("LAW", "stacks"), ("MED", "stacks"), ("DEPOT", "a1")))
            if second[0] != bib.holdings[0].library:
                block.holding(bib, *second)
        if block.chance.random() < 0.3:
            bib.other_numbers.append(f"(DLC)  {bib.work.year}{block.chance.randint(100000, 999999)}")
