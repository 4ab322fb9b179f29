"""A small division tree for tests: invented places with codes of a prefecture that does not exist."""

from pathlib import Path

SAMPLE_DIVISIONS = Path(__file__).parent / "divisions-sample.csv"

PROVINCE = "14"
CITY = "1499"
COUNTY = "149901"
TOWNSHIP = "149901001"
COMMITTEE = "149901001001"
SIBLING = "149901001002"
VILLAGE = "149901101201"
OTHER_COUNTY_COMMITTEE = "149902001001"
