"""Made-up names of English sound. They are common words of place names, put together; a real place may share one by chance."""

from __future__ import annotations

COUNTY = "Homeshire"
FORCE = "Homeshire Police (synthetic)"
PUBLISHER = "Homeground synthetic county"

# district, its town in the middle
DISTRICTS = ("Homeminster", "Wellow Vale", "Marram Coast")

# the county's settlements: name, district number, share of the county's people, spread in metres
SETTLEMENTS = (
    ("Homeminster", 0, 0.44, 2_300.0),
    ("Wellowbridge", 1, 0.13, 1_350.0),
    ("Kingsfield", 1, 0.08, 1_050.0),
    ("Marram Bay", 2, 0.13, 1_400.0),
    ("Saltby", 2, 0.06, 950.0),
)

# the MSOA in the middle of each settlement, in the same order
MIDDLES = ("Castle Mount", "Wellowbridge Centre", "Kingsfield Centre", "Marram Bay Seafront", "Saltby Harbour")

# the other MSOAs of each district, from the town's middle out to the fields
NEIGHBOURHOODS = (
    (
        "Cattle Market", "Millgate", "Old Quay", "Friars Cross", "St Osyth's", "Ropewalk", "Tannery Row", "Bellmakers", "Abbotsgate",
        "Weir Lane", "Cloth Hall", "East Lock", "Foundry Hill", "Northfields", "Hollins Park", "Penny Common", "Kiln Green",
        "Priory Road", "Longmead", "Summer Hill", "Orchard Rise", "Windmill Bank", "Green Lanes", "Dovecote", "Whitestone", "Larkrise",
        "Parsonage", "Coldharbour", "Barley Close", "Waterley", "Gallows Tree", "Hither Wold", "Long Furrow", "Homewood",
    ),
    (
        "Market Weir", "Kingsfield West", "Ashbourne Cross", "Ridgeway", "Brockhill", "Fernley", "Lambourne End", "Applehanger",
        "Larch Hill", "Stonebarrow", "Hazelcombe", "Upper Wellow", "Middle Wellow", "Nether Coombe", "Oxenholt", "Thornditch",
        "Cresswick", "Downs Edge", "Hanging Wood", "Chalkpit", "Fallow Down", "Wether Hill",
    ),
    (
        "Pier Road", "Lighthouse Road", "Old Saltby", "Sandhaven", "Gull Point", "Seabank", "Beacon Hill", "Reedham Road", "Cockle Row",
        "Northcotes", "Eastwick", "Staithe", "Marshside", "Fen End", "Sluice Gate", "Winterby", "Dunes", "Holme Carr", "Thorpe Marsh",
        "Outgang", "Long Drove", "Saltmarsh",
    ),
)  # fmt: skip

STREETS = (
    "High Street", "Church Street", "Station Road", "Mill Lane", "Market Square", "London Road", "Castle Street", "Chapel Lane",
    "Victoria Road", "Queens Road", "Green Lane", "Manor Road", "Park Road", "School Lane", "North Street", "South Street",
    "West Street", "East Street", "Orchard Close", "The Crescent", "Albert Street", "Springfield Road", "Grange Road", "Highfield Avenue",
    "Woodlands Way", "Meadow View", "Kings Drive", "Beech Grove", "Elm Close", "Hawthorn Road", "Riverside", "Bridge Street",
    "Cherry Tree Walk", "Willow Drive", "Larkspur Way", "Farm Close", "Quarry Hill", "Bakers Yard", "Coopers Row", "Wharf Lane",
    "Nelson Terrace", "Alma Road", "Cambridge Gardens", "Fairfield", "Rectory Lane", "Back Lane", "Long Acre", "The Paddock",
)  # fmt: skip

RIVER = "River Wellow"
PARKS = (
    "Castle Gardens", "Abbey Fields", "The Moor", "Miller's Meadow", "Jubilee Gardens", "Lammas Field", "Quarry Park", "Friars Green",
    "Osier Holt", "Cathedral Close", "Victoria Recreation Ground", "Long Meadow", "King George's Field", "The Butts", "Swan Green",
    "Weir Field", "Orchard Park", "Bluebell Bank", "The Common", "Pound Green", "Harbour Gardens", "The Levels", "Dune Walk",
)  # fmt: skip
HAMLET_BEGINS = ("Ash", "Beck", "Brom", "Corn", "Dray", "Elm", "Fen", "Gorse", "Hazel", "Ling", "Mars", "Nether", "Oat", "Rush", "Stan",
                 "Thorn", "Wether", "Wick", "Withy", "Yar")  # fmt: skip
HAMLET_ENDS = ("bourne", "combe", "cote", "den", "field", "ham", "holt", "ley", "mere", "thorpe", "ton", "well", "wick", "worth")

BUSY_SPOTS = ("Shopping Area", "Supermarket", "Nightclub", "Parking Area", "Bus/Coach Station", "Theatre/Concert Hall")
QUIET_SPOTS = ("Petrol Station", "Supermarket", "Park/Open Space", "Sports/Recreation Area", "Parking Area", "Hospital")
