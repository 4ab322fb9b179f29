"""What a committee asks at its own doors beside the usual form: uploaded as an XLSForm workbook, versioned, never asked twice."""
