from frame_rows import rows

from datasync_lib.analysis.registry import work_out

HOLDINGS = rows("holdings", *({"holding_id": str(n), "mms_id": f"99{n}"} for n in range(1, 6)))
ITEMS = rows(
    "items",
    {"holding_id": "1", "mms_id": "host", "status": "1"},
    {"holding_id": "1", "mms_id": "991", "status": "0", "process_type": "acq"},
    {"holding_id": "2", "status": "0", "process_type": "ACQ"},
    {"holding_id": "2", "status": "0", "process_type": "Acquisition"},
    {"holding_id": "3", "status": "0", "process_type": "acq"},
    {"holding_id": "3", "status": "0", "process_type": None},
    {"holding_id": "4", "status": None, "process_type": "lost"},
    {"holding_id": "gone", "process_type": "acq"},
    {"holding_id": None, "process_type": "acq"},
)


def test_what_its_items_say_of_a_holding():
    found = work_out("holding_items", holdings=HOLDINGS, items=ITEMS)
    assert found.columns == ["holding_id", "mms_id", "items", "is_on_order", "is_in_place"]
    assert found.rows() == [
        ("1", "991", 2, False, True),
        ("2", "992", 2, True, False),
        ("3", "993", 2, False, False),
        ("4", "994", 1, False, False),
    ]
    assert work_out("holdings_on_order", holding_items=found).rows() == [("2", "992", 2)]


def test_what_items_say_at_all():
    assert work_out("item_states", items=ITEMS).rows() == [
        ("0", "ACQ", True, 1),
        ("0", "Acquisition", True, 1),
        ("0", "acq", True, 2),
        ("0", None, False, 1),
        ("1", None, False, 1),
        (None, "acq", True, 2),
        (None, "lost", False, 1),
    ]
