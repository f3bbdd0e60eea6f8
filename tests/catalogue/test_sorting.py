from catalogue.sorting import thai_key


def test_names_stand_as_in_a_thai_dictionary() -> None:
    names = ["เห็ดฟาง", "โหระพา", "หัวปลี", "กะหล่ำปลี", "แตงกวา", "ตำลึง", "ไข่เป็ด", "คะน้า", "ขิง"]
    assert sorted(names, key=thai_key) == [
        "กะหล่ำปลี",
        "ขิง",
        "ไข่เป็ด",
        "คะน้า",
        "ตำลึง",
        "แตงกวา",
        "หัวปลี",
        "เห็ดฟาง",
        "โหระพา",
    ]
