"""What leaves the screens: a list as a workbook or a sheet to print, and the filters people keep."""
